import { BaseSequencer } from 'vitest/node'
import type { TestSpecification } from 'vitest/node'

/** For vitest: laws take longest. A clone knows no durations yet, and the last of them would run while the other processor has nothing to do. */
export default class LawsFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const isLaw = ({ moduleId }: TestSpecification) => /\blaws?\.test\.ts$/.test(moduleId)
    return [...sorted.filter(isLaw), ...sorted.filter((file) => !isLaw(file))]
  }
}
