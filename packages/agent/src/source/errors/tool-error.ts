import { messageOf } from './reported.ts'

/** A tool failed while a model answered. `cause` is what it threw: for developers, not for readers. */
export class ToolError extends Error {
  override readonly name = 'ToolError'
  /** Name of the tool; undefined if the model's stream does not say it. */
  readonly tool: string | undefined

  constructor(tool: string | undefined, cause: unknown) {
    super(`unable to run the tool${tool === undefined ? '' : ` ${tool}`}; ${messageOf(cause) || 'it failed'}`, { cause })
    this.tool = tool
  }
}
