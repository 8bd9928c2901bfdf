import type { ChatPart } from '@streamfold/ai-sdk'

/** A part of a message, plainly. */
export function Part({ part }: { part: ChatPart }) {
  if ('toolCallId' in part)
    return (
      <details data-part={part.type}>
        <summary>
          {part.title ?? (part.type === 'dynamic-tool' ? part.toolName : part.type.slice('tool-'.length))}: {part.state}
        </summary>
        <pre>{JSON.stringify(part.input)}</pre>
        {part.state === 'output-available' && <pre>{JSON.stringify(part.output)}</pre>}
        {part.errorText !== undefined && <p>{part.errorText}</p>}
      </details>
    )
  if ('data' in part) return <pre data-part={part.type}>{JSON.stringify(part.data)}</pre>
  switch (part.type) {
    case 'text':
      return <p data-part={part.type}>{part.text}</p>
    case 'reasoning':
      return (
        <details data-part={part.type}>
          <summary>{part.state === 'streaming' ? 'Thinking …' : 'Thoughts'}</summary>
          <p>{part.text}</p>
        </details>
      )
    case 'source-url':
      return (
        <p data-part={part.type}>
          <a href={safe(part.url)} target="_blank" rel="noreferrer">
            {part.title ?? part.url}
          </a>
        </p>
      )
    case 'source-document':
      return <p data-part={part.type}>{part.title}</p>
    case 'file':
    case 'reasoning-file':
      return (
        <p data-part={part.type}>
          <a href={safe(part.url)} download>
            {part.mediaType}
          </a>
        </p>
      )
    case 'step-start':
      return <hr data-part={part.type} />
    default:
      return null
  }
}

/** Addresses come from a model, which may write one that runs a script. */
function safe(url: string): string | undefined {
  return /^(https?:|data:(image|text\/plain))/i.test(url) ? url : undefined
}
