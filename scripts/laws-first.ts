import { BaseSequencer } from 'vitest/node'
import type { TestSpecification } from 'vitest/node'

/** For vitest: laws take longest. A clone knows no durations yet, and the last of them would run while the other processor has nothing to do. */
export default class LawsFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const isLaw = ({ moduleId }: TestSpecification) => /\blaws?\.test\.ts$/.test(moduleId)
    const ofProject = (wanted: string) => sorted.filter(({ project }) => project.name === wanted)
    // A process ends where the next file is of another project: each project has its files in a row.
    const projects = [...new Set(sorted.map(({ project }) => project.name))]
    return projects.map(ofProject).flatMap((all) => [...all.filter(isLaw), ...all.filter((file) => !isLaw(file))])
  }
}
