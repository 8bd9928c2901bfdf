import type { ChatPart } from '@streamfold/ai-sdk'
import type { SubmitEvent } from 'react'

type Decide = (decision: { id: string; approved: boolean; reason?: string }) => unknown

/** A part of a message, plainly. */
export function Part({ part, decide }: { part: ChatPart; decide: Decide }) {
  if ('toolCallId' in part)
    return (
      <details data-part={part.type}>
        <summary>
          {part.title ?? (part.type === 'dynamic-tool' ? part.toolName : part.type.slice('tool-'.length))}: {part.state}
        </summary>
        <pre>{JSON.stringify(part.input)}</pre>
        {part.state === 'approval-requested' && <Approval id={part.approval.id} decide={decide} />}
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

function Approval({ id, decide }: { id: string; decide: Decide }) {
  function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault()
    const data = new FormData(event.currentTarget, event.nativeEvent.submitter)
    decide({ id, approved: data.get('decision') === 'approve', reason: String(data.get('reason')) })
  }

  return (
    <form onSubmit={submit}>
      <input name="reason" aria-label="Reason" />
      <button name="decision" value="approve">
        Approve
      </button>
      <button name="decision" value="deny">
        Deny
      </button>
    </form>
  )
}

/** Addresses come from a model, which may write one that runs a script. */
function safe(url: string): string | undefined {
  return /^(https?:|data:(image|text\/plain))/i.test(url) ? url : undefined
}
