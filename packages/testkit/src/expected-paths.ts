import type { Message } from '@streamfold/core'

/** Ids of messages: the default path, and for each message its path and its siblings. */
export interface ExpectedTree {
  readonly path: readonly string[]
  readonly paths: readonly (readonly string[])[]
  readonly siblings: readonly (readonly string[])[]
  /** Messages that are on no path. */
  readonly hidden: readonly string[]
}

/**
 * The paths of a conversation, told in the plainest way from PROTOCOL.md (P125 to P128): with no index, no memory and no incremental step. `selectPath` must
 * agree with it. No message may be pending, and a request without a response is taken to wait for one.
 *
 * @param messages in the order of their serials
 * @param mayEdit what the product's permission says of an author
 */
export function expectedTree(
  messages: readonly Message[],
  mayEdit: (clientId: string | undefined) => boolean | undefined,
): ExpectedTree {
  const known = (serial: string | undefined) => messages.find(({ id }) => id === serial)
  const older = (serial: string | undefined, than: Message) => messages.find(({ id }) => id === serial && id < than.id)
  const isUser = ({ role }: Message) => role === 'user'

  /** The prompt for which a request asks; undefined where it is none that counts. */
  function requested(message: Message): Message | undefined {
    const named = isUser(message) ? older(message.again, message) : undefined
    const prompt = named && (isUser(named) ? named : older(named.replyTo, named))
    return prompt && isUser(prompt) ? allowed(message, requested(prompt) ?? prompt) : undefined
  }

  /** The oldest alternative of an edit that counts; undefined for any other message. */
  function edited(message: Message): Message | undefined {
    if (!isUser(message) || message.again !== undefined) return undefined
    const named = older(message.edits, message)
    const prompt = named && isUser(named) ? allowed(message, requested(named) ?? named) : undefined
    return prompt && (edited(prompt) ?? prompt)
  }

  function allowed(message: Message, prompt: Message): Message | undefined {
    return (mayEdit(message.clientId) ?? message.clientId === prompt.clientId) ? prompt : undefined
  }

  const isHidden = (message: Message) =>
    requested(message) !== undefined || (isUser(message) && message.again !== undefined && message.parts.length === 0)

  /** What a message follows. Of a response the prompt or the request that it answers. */
  const follows = remember((message: Message): Message | undefined => {
    const prompt = requested(message)
    if (prompt) return prompt
    const oldest = edited(message)
    if (oldest) return follows(oldest)
    const named = isUser(message) ? older(message.parent, message) : older(message.replyTo, message)
    if (named && (isUser(message) || isUser(named))) return named
    if (!isUser(message) && message.replyTo !== undefined) return undefined
    const before = messages.filter(({ id }) => id < message.id)
    return before.findLast((one) => isOn(one, before, undefined))
  })

  /** The attempt of a response: the request that it answers, or the prompt itself. Undefined for what answers no prompt. */
  function attemptOf(message: Message): Message | undefined {
    const prompt = isUser(message) ? undefined : follows(message)
    return prompt && isUser(prompt) ? prompt : undefined
  }

  /** Whether a message is on the path of a head, of the messages that there are. Requests are on it where they are chosen. */
  function isOn(message: Message, among: readonly Message[], head: Message | undefined): boolean {
    const parent = follows(message)
    if (parent && !isOn(parent, among, head)) return false
    const prompt = requested(message)
    if (prompt) return attempt(prompt, among, head) === message
    const own = attemptOf(message)
    if (own) return requested(own) !== undefined || attempt(own, among, head) === own
    return !isUser(message) || text(edited(message) ?? message, among, head) === message
  }

  /** The messages that lead to a head, itself among them. */
  function leading(head: Message | undefined): readonly Message[] {
    return head ? [head, ...leading(follows(head))] : []
  }

  /** The text that is chosen of a prompt and its edits. */
  function text(oldest: Message, among: readonly Message[], head: Message | undefined): Message {
    const all = among.filter((one) => isUser(one) && !requested(one) && (edited(one) ?? one) === oldest)
    const led = leading(head).find((one) => all.includes(one))
    return led ?? all.findLast(({ status }) => status !== 'deleted') ?? all.at(-1)!
  }

  /** The attempt at a prompt that is chosen. */
  function attempt(prompt: Message, among: readonly Message[], head: Message | undefined): Message {
    const lead = leading(head)
    const chosen = lead
      .map((one) => attemptOf(one) ?? one)
      .find((one) => (one === head ? isAttempt(one, prompt) && leadsOn(one) : isAttempt(one, prompt)))
    const responded = lead.find((one) => attemptOf(one) === prompt)
    if (chosen) return chosen
    if (responded) return prompt
    return among.findLast((one) => isAttempt(one, prompt) && leadsOn(one) && (hasResponse(one) || !wentOn(one, prompt))) ?? prompt
  }

  function isAttempt(message: Message, prompt: Message): boolean {
    return requested(message) === prompt
  }

  /** Whether a request has a response, or waits for one: a response that names no prompt answers all prompts before it. */
  function leadsOn(request: Message): boolean {
    const isOver = messages.some((one) => !isUser(one) && one.replyTo === undefined && one.id > request.id)
    return request.status !== 'deleted' && (hasResponse(request) || !isOver)
  }

  function hasResponse(request: Message): boolean {
    return messages.some((one) => !isUser(one) && known(one.replyTo) === request)
  }

  /** Whether a later prompt follows what came after the prompt, and not the request. */
  function wentOn(request: Message, prompt: Message): boolean {
    return messages.some((one) => {
      const parent = isUser(one) && one.id > request.id ? older(one.parent, one) : undefined
      return parent !== undefined && !requested(parent) && parent.id > prompt.id
    })
  }

  const path = (head?: Message) => ids(messages.filter((message) => isOn(message, messages, head) && !isHidden(message)))

  function siblings(message: Message): readonly string[] {
    if (isUser(message) && !requested(message)) {
      const oldest = edited(message) ?? message
      return ids(messages.filter((one) => isUser(one) && !requested(one) && (edited(one) ?? one) === oldest))
    }
    const own = isUser(message) ? message : attemptOf(message)
    if (!own) return [message.id]
    const prompt = requested(own) ?? own
    const attempts = [prompt, ...messages.filter((one) => isAttempt(one, prompt))]
    const first = attempts.flatMap((one) => messages.find((response) => attemptOf(response) === one) ?? [])
    return first.length > 1 ? ids(first) : [message.id]
  }

  return {
    path: path(),
    paths: messages.map((message) => path(message)),
    siblings: messages.map(siblings),
    hidden: ids(messages.filter(isHidden)),
  }
}

function ids(messages: readonly Message[]): readonly string[] {
  return messages.map(({ id }) => id)
}

function remember<To>(compute: (message: Message) => To): (message: Message) => To {
  const known = new Map<Message, To>()
  return (message) => {
    if (!known.has(message)) known.set(message, compute(message))
    return known.get(message)!
  }
}
