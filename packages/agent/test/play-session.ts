import type { Conversation, DynamicToolPart, Message, ToolPart } from '@streamfold/core'
import { mayDecide, selectMessage, selectMessages } from '@streamfold/core'
import { answerMessage, inputHash } from '@streamfold/core/codec'
import type { Subscriber } from '@streamfold/testkit'
import { createSubscriber } from '@streamfold/testkit'
import type { Agent, AgentOptions, Chunk, Clock, Task } from '../src/index.ts'
import { serveAgent } from '../src/index.ts'
import { fakeClock } from './fake-clock.ts'
import type { ModelledChannel } from './modelled-channel.ts'
import { modelledChannel } from './modelled-channel.ts'
import { mortal } from './mortal.ts'
import type { Deed, Person, Plan, PlannedCall, WorkingSession } from './working-session.ts'
import { DEVICES } from './working-session.ts'

/** A page of a person. */
interface Device {
  readonly person: Person
  reader: Subscriber
  held: boolean
}

export interface Played {
  readonly channel: ModelledChannel
  /** What the pages show in the end. */
  readonly pages: readonly Conversation[]
  /** Executions of calls, by id. */
  readonly executed: readonly string[]
  readonly prompts: readonly string[]
  /** Prompts that were deleted by their authors. */
  readonly withdrawn: ReadonlySet<string>
  readonly tasks: readonly Task[]
  readonly errors: readonly unknown[]
}

/** Plays a session, and goes on until everything is decided: one process then stays, and people answer all that they are asked. */
export async function play({ order, recovery, isIdempotent, plans, processes, deeds }: WorkingSession): Promise<Played> {
  const clock = fakeClock()
  const channel = modelledChannel(clock)
  const { server } = channel
  const agents = new Set<Agent>()
  const prompts: string[] = []
  const answers: string[] = []
  const executed: string[] = []
  const withdrawn = new Set<string>()
  const tasks: Task[] = []
  const errors: unknown[] = []
  const devices = DEVICES.map((person): Device => ({
    person,
    reader: createSubscriber(server, {}, undefined, person),
    held: false,
  }))
  for (const device of devices) {
    device.reader.attach(0)
    channel.follow(() => device.held || device.reader.deliver(Infinity))
  }

  function serve(time: Clock, port: AgentOptions['channel']): Agent {
    const agent = serveAgent({
      channel: port,
      clock: time,
      prompts: order,
      recovery,
      idempotent: () => isIdempotent,
      respond: (task) => {
        tasks.push(task)
        return respond(task, time)
      },
      answerWithin: ({ toolCallId }) => callNamed(toolCallId)?.within,
      answerBy: ({ toolCallId }) => callNamed(toolCallId)?.of,
      onError: (error) => void errors.push(error),
    })
    agents.add(agent)
    return agent
  }

  function planOf(promptSerial: string): Plan {
    return plans[Math.max(0, prompts.indexOf(promptSerial)) % plans.length]! // There is at least one.
  }

  function idOf({ prompt, attempt }: Task, round: number, call: number): string {
    return `call-${prompts.indexOf(prompt.id)}-${round}-${call}-${attempt}`
  }

  function callNamed(id: string): PlannedCall | undefined {
    const [, prompt, round, call] = id.split('-').map(Number)
    return planOf(prompts[prompt ?? 0] ?? '').rounds[round ?? 0]?.[call ?? 0]
  }

  async function* respond(task: Task, time: Clock): AsyncGenerator<Chunk, void> {
    const { pauses, rounds } = planOf(task.prompt.id)
    const pause = (ms: number) => new Promise<void>((resolve) => time.after(ms, resolve))
    const execute = async (toolCallId: string): Promise<Chunk> => {
      await task.run(toolCallId)
      executed.push(toolCallId)
      await pause(40)
      return { type: 'tool-result', toolCallId, output: 'sent' }
    }
    for (const { toolCallId, approved } of task.continued?.calls ?? []) if (approved) yield await execute(toolCallId)
    for (const ms of pauses) {
      for (const { text } of await task.takeIn()) yield `[${text}] `
      yield 'word '
      await pause(ms)
    }
    const round = task.continued ? 1 + lastRound(task.continued.response) : 0
    for (const [at, { wants }] of (rounds[round] ?? []).entries()) {
      const toolCallId = idOf(task, round, at)
      yield { type: 'tool-call', toolCallId, toolName: wants === 'output' ? 'page' : 'send', input: { of: toolCallId } }
      if (wants === 'approval') yield { type: 'tool-approval-request', toolCallId, approvalId: `a-${toolCallId}` }
      if (wants === 'none') yield await execute(toolCallId)
    }
  }

  /** The calls that a page shows as waiting, with what is needed to answer them. */
  function asked(state: Conversation): readonly { readonly message: Message; readonly call: ToolPart | DynamicToolPart }[] {
    return selectMessages(state).flatMap((message) =>
      message.parts.flatMap((part) => ('toolCallId' in part && (part.approval || part.wanted) ? [{ message, call: part }] : [])),
    )
  }

  function answerTo(
    { person, reader }: Device,
    { message, call }: ReturnType<typeof asked>[number],
    { approve, wrong, twice }: Pick<Extract<Deed, { do: 'answer' }>, 'approve' | 'wrong' | 'twice'>,
  ): void {
    const forOutput = (call.wanted !== undefined) !== (wrong === 'kind')
    const kind = forOutput ? (approve ? 'output' : 'fault') : approve ? 'approve' : 'deny'
    const text = kind === 'output' ? '"here"' : kind === 'fault' ? '{"error":"not here"}' : '{}'
    const saw = inputHash(wrong === 'input' ? 'another' : call.input)
    const draft = { target: message.id, call: call.toolCallId, kind, saw, text } as const
    const before = reader
      .state()
      .context.answers.filter(
        (one) => one.target === draft.target && one.call === draft.call && one.saw === saw && one.clientId === person,
      )
    // As the client does: an id that the service has for another message is followed by the next one.
    for (let attempt = before.length; attempt < before.length + 3; attempt++) {
      const { id, name, extras } = answerMessage(draft, person, attempt)
      const message = { id, name, clientId: person, text, headers: extras['headers'] as Record<string, string> } // As `answerMessage` makes them.
      const serial = channel.publish(message)
      if (twice) channel.publish(message)
      const kept = server.latest(serial)
      const isSame = kept?.clientId === person && kept.action === 'message.create' && kept.extras.headers['kind'] === kind
      if (!isSame) continue
      answers.push(serial)
      return
    }
  }

  function happen(deed: Deed, device: Device): void {
    const { person, reader } = device
    const state = reader.state()
    switch (deed.do) {
      case 'prompt': {
        const running = selectMessages(state).findLast(({ role, status }) => role === 'assistant' && status === 'streaming')
        const into = deed.into && running ? { into: running.id } : {}
        const serial = channel.publish({
          name: 'prompt',
          clientId: person,
          text: `p${prompts.length}`,
          headers: { role: 'user', ...into },
        })
        prompts.push(serial)
        if (deed.notify) for (const agent of agents) void agent.answer(serial)
        return
      }
      case 'branch': {
        const of = pick(prompts, deed.prompt)
        if (of === undefined || server.latest(of)?.clientId !== person) return
        const text = deed.how === 'again' ? '' : `p${prompts.length}`
        const serial = channel.publish({ name: 'prompt', clientId: person, text, headers: { role: 'user', [deed.how]: of } })
        prompts.push(serial)
        if (deed.notify) for (const agent of agents) void agent.answer(serial)
        return
      }
      case 'edit': {
        const serial = pick(prompts, deed.prompt)
        const known = serial === undefined ? undefined : server.latest(serial)
        if (known?.clientId !== person) return
        // It is there again, if it was deleted (P7).
        withdrawn.delete(known.serial)
        const { data, extras } = server.versions(known.serial)[0] ?? known
        return server.update(known.serial, `${data}, edited`, extras.headers, undefined, person)
      }
      case 'withdraw': {
        const serial = pick(prompts, deed.prompt)
        if (serial === undefined || server.latest(serial)?.clientId !== person) return
        withdrawn.add(serial)
        return server.delete(serial, person)
      }
      case 'turn': {
        const serial = pick(prompts, deed.prompt)
        if (serial === undefined || server.latest(serial)?.clientId !== person) return
        withdrawn.delete(serial)
        if (deed.into === 'prompt') return server.update(serial, 'a prompt again', { role: 'user' }, undefined, person, 'prompt')
        const call = deed.into === 'answer' ? { call: 'call-0-0-0', kind: 'approve', saw: '' } : {}
        return server.update(serial, '{}', { target: serial, ...call }, undefined, person, deed.into)
      }
      case 'notify': {
        const serial = pick(prompts, deed.prompt)
        if (serial !== undefined) for (const agent of agents) void agent.answer(serial)
        return
      }
      case 'answer': {
        const call = pick(asked(state), deed.call)
        if (call) answerTo(device, call, deed)
        return
      }
      case 'take-back': {
        const serial = pick(answers, deed.answer)
        const known = serial === undefined ? undefined : server.latest(serial)
        if (known?.clientId !== person) return
        withdrawn.delete(known.serial)
        if (deed.how === 'delete') {
          if (prompts.includes(known.serial)) withdrawn.add(known.serial)
          return server.delete(known.serial, person)
        }
        // It is a prompt from now on, and as such it is answered.
        if (deed.how === 'other' && !prompts.includes(known.serial)) prompts.push(known.serial)
        return server.update(
          known.serial,
          '{}',
          deed.how === 'other' ? { role: 'user' } : known.extras.headers,
          undefined,
          person,
        )
      }
      case 'cancel': {
        const message = pick(selectMessages(state), deed.message)
        if (message) channel.publish({ name: 'cancel', clientId: person, headers: { target: message.id } })
        return
      }
      case 'meddle': {
        const known = server.latest(pick(server.serials, deed.message) ?? '')
        if (!known || known.clientId === person || known.clientId === 'agent') return
        if (deed.how === 'delete') return server.delete(known.serial, person)
        return server.update(known.serial, 'meddled', { ...known.extras.headers, kind: 'deny' }, undefined, person)
      }
      case 'squat': {
        const call = pick(asked(state), deed.call)
        if (!call) return
        const draft = {
          target: call.message.id,
          call: call.call.toolCallId,
          kind: 'approve',
          saw: inputHash(call.call.input),
          text: '{}',
        } as const
        const { id, extras } = answerMessage(draft, pick(DEVICES, deed.of) ?? 'ann')
        channel.publish({
          id,
          name: 'answer',
          clientId: person,
          text: '{}',
          headers: extras['headers'] as Record<string, string>,
        }) // Likewise.
        return
      }
      case 'hold':
        return void (device.held = true)
      case 'deliver':
        device.held = false
        return reader.deliver(Infinity, deed.style)
      case 'drop':
        return reader.drop()
      case 'resume':
        return reader.resume(deed.overlap)
      case 'attach':
        return reader.attach(deed.rewind)
      case 'reload':
        device.reader = createSubscriber(server, {}, undefined, person)
        device.reader.attach(0)
        return
      case 'read':
        reader.read()
        return reader.answer()
      case 'older':
        reader.older()
        return reader.answer()
      default:
        deed satisfies never
    }
  }

  for (const { startsAt, dieAt, diesAt, losesAt, ...faults } of processes)
    clock.after(startsAt, () => {
      const port = channel.agent(faults)
      const life = mortal(port, clock, dieAt)
      const agent = serve(life.clock, life.port)
      for (const serial of prompts) void agent.answer(serial)
      void agent.recover()
      if (losesAt !== Infinity) clock.after(losesAt, () => (life.isDead() ? undefined : port.loseContinuity()))
      if (diesAt !== Infinity)
        clock.after(diesAt, () => {
          life.die()
          agents.delete(agent)
        })
    })
  for (const { at, by, deed } of deeds) clock.after(at, () => happen(deed, devices[by]!)) // Each is one of them.
  await clock.run(52_000)

  // In the end a process lives on, and somebody answers everything.
  const last = serve(clock, channel.agent())
  void last.recover()
  await clock.run(clock.now() + 20_000)
  for (let round = 0; round < 3; round++) {
    for (const serial of prompts) void last.answer(serial)
    await clock.run(clock.now() + 35_000)
    for (const device of devices) {
      device.held = false
      device.reader.recover()
      for (const { message, call } of asked(device.reader.state())) {
        const prompt = message.replyTo === undefined ? undefined : selectMessage(device.reader.state(), message.replyTo)
        const isDecided = call.approval ? call.approval.approved !== undefined : call.wanted?.by !== undefined
        if (isDecided || !mayDecide(call, prompt, device.person)) continue
        answerTo(device, { message, call }, { approve: true, twice: false })
      }
    }
    await clock.run(clock.now() + 30_000)
  }
  for (const device of devices) device.reader.recover()
  await clock.run(clock.now() + 100)
  return { channel, pages: devices.map(({ reader }) => reader.state()), executed, prompts, withdrawn, tasks, errors }
}

/** The highest round of calls that a response has. */
function lastRound({ parts }: Message): number {
  return Math.max(-1, ...parts.flatMap((part) => ('toolCallId' in part ? [Number(part.toolCallId.split('-')[2])] : [])))
}

function pick<Item>(items: readonly Item[], at: number): Item | undefined {
  return items[at % Math.max(1, items.length)]
}
