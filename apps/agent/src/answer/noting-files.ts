import type { AgentOptions, Task } from '@streamfold/agent'
import type { FileStore } from '../data/file-store.ts'

/**
 * `respond`, which first notes the files that a prompt has: it is answered long before the archive has it, and a file that no message has is removed.
 *
 * @param onError called with the reason why they cannot be noted; the prompt is answered nevertheless
 */
export function notingFiles(
  respond: AgentOptions['respond'],
  files: Pick<FileStore, 'note'>,
  onError: (error: unknown) => void,
): AgentOptions['respond'] {
  function note({ channelName, prompt: { id, text, parts } }: Task): void {
    try {
      files.note(channelName, id, [text, ...parts.map((part) => (part.type === 'file' ? part.url : ''))].join('\n'))
    } catch (error) {
      onError(error)
    }
  }
  return (task) => {
    note(task)
    return respond(task)
  }
}
