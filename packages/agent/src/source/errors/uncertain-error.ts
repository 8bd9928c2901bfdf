import { ReaderError } from '../../publish/reader-error.ts'

export const UNCERTAIN = 'the call may have run: check before you try again'

/** A tool was about to be executed when its process died, so that it is not executed again. */
export class UncertainError extends ReaderError {
  override readonly name = 'UncertainError'

  constructor() {
    super(UNCERTAIN)
  }
}
