import type { Chunk, Task } from '@streamfold/agent'
import { CopilotKitCore } from '@copilotkit/core'
import type { CopilotKitCoreConfig } from '@copilotkit/core'
import { describe, expect, it, vi } from 'vitest'
import type { Page } from './harness.ts'
import { gates, harness, shown, so } from './harness.ts'

type Agents = NonNullable<CopilotKitCoreConfig['agents__unsafe_dev_only']>

/** What `CopilotKitProvider` makes, and `CopilotChat` calls. It brings an older release of the client of AG-UI. */
function copilotKit({ agent }: Page, tools: CopilotKitCoreConfig['tools'] = []) {
  const own = agent as unknown as Agents[string] // The types of two releases differ in private fields.
  const core = new CopilotKitCore({ agents__unsafe_dev_only: { default: own }, tools })
  const errors: string[] = []
  core.subscribe({ onError: ({ error }) => void errors.push(error.message) })
  return {
    errors,
    connect: () => core.connectAgent({ agent: own }),
    run: (resume?: Parameters<typeof agent.runAgent>[0]) => core.runAgent({ agent: own, ...resume }),
    say(text: string) {
      agent.addMessage({ id: crypto.randomUUID(), role: 'user', content: text })
      return core.runAgent({ agent: own })
    },
    stop: () => core.stopAgent({ agent: own }),
  }
}

async function* echo({ prompt }: Task): AsyncGenerator<Chunk, void> {
  yield 'You said '
  yield `${prompt.text}.`
}

describe('CopilotKit with a conversation as its agent', () => {
  it('connects to a conversation that has messages, and prompts', async () => {
    const { page } = await harness(echo)
    await page().say('hello')
    const ann = page()
    const kit = copilotKit(ann)
    await kit.connect()
    expect(shown(ann)).toEqual(['user: hello', 'assistant: You said hello.'])
    await kit.say('more')
    expect(shown(ann).slice(2)).toEqual(['user: more', 'assistant: You said more.'])
    expect(kit.errors).toEqual([])
  })

  it('goes on with an answer after a reload in mid-run, and stops it', async () => {
    const gate = gates()
    const { page } = await harness(async function* ({ signal }) {
      yield 'One, '
      await gate.at('two')
      yield 'two, '
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
    })
    const before = page()
    void copilotKit(before).say('count')
    await so(() => expect(shown(before)).toEqual(['user: count', 'assistant: One, ']))
    before.close()

    const after = page()
    const kit = copilotKit(after)
    const connected = kit.connect()
    await so(() => expect(shown(after)).toEqual(['user: count', 'assistant: One, ']))
    gate.pass('two')
    await so(() => expect(shown(after)).toEqual(['user: count', 'assistant: One, two, ']))
    kit.stop()
    await connected
    expect(shown(after).at(-1)).toContain('cancelled')
    expect(kit.errors).toEqual([])
  })

  it('runs a tool of the page, and goes on with its result by itself', async () => {
    const { page } = await harness(async function* ({ continued, prompt }) {
      if (prompt.text === 'hello') yield 'Hi.'
      else if (continued) yield 'Printed.'
      else yield { type: 'tool-call', toolCallId: 'c1', toolName: 'print', input: { copies: 2 } }
    })
    const ann = page()
    // It asks for a schema of the parameters, which only a model reads.
    vi.spyOn(console, 'warn').mockReturnValue(undefined)
    const calls: unknown[] = []
    const kit = copilotKit(ann, [
      {
        name: 'print',
        handler: (args) => {
          calls.push(args)
          return Promise.resolve('2 pages')
        },
      },
    ])
    await kit.connect()
    await kit.say('print')
    expect(calls).toEqual([{ copies: 2 }])
    await so(() => expect(shown(ann)).toEqual(['user: print', 'call print{"copies":2}', 'tool: 2 pages', 'assistant: Printed.']))
    await kit.say('hello')
    expect(shown(ann).at(-1)).toBe('assistant: Hi.')
    expect(kit.errors).toEqual([])
  })

  it('asks for an approval, also after a reload, and resumes', async () => {
    const { page } = await harness(async function* ({ continued, run }) {
      if (!continued) {
        yield { type: 'tool-call', toolCallId: 'c1', toolName: 'send', input: {} }
        yield { type: 'tool-approval-request', toolCallId: 'c1', approvalId: 'a1' }
        return
      }
      await run('c1')
      yield { type: 'tool-result', toolCallId: 'c1', output: 'sent' }
      yield 'Done.'
    })
    const before = page()
    await copilotKit(before).say('send')
    before.close()
    const ann = page()
    const kit = copilotKit(ann)
    await kit.connect()
    const { id } = ann.agent.pendingInterrupts[0]!
    await kit.run({ resume: [{ interruptId: id, status: 'resolved', payload: { approved: true } }] })
    expect(shown(ann)).toEqual(['user: send', 'call send{}', 'tool: sent', 'assistant: Done.'])
    expect(kit.errors).toEqual([])
  })

  it('shows what another tab does between its runs, while the agent follows', async () => {
    const { page } = await harness(echo)
    const [ann, other] = [page({ follow: true }), page()]
    const kit = copilotKit(ann)
    await kit.connect()
    await other.say('elsewhere')
    await so(() => expect(shown(ann)).toEqual(['user: elsewhere', 'assistant: You said elsewhere.']))
    await kit.say('here')
    expect(shown(ann).slice(2)).toEqual(['user: here', 'assistant: You said here.'])
    await other.say('again')
    await so(() => expect(ann.agent.messages).toEqual(other.agent.messages))
    expect(kit.errors).toEqual([])
  })
})
