// @vitest-environment happy-dom
import { selectMessages } from '@streamfold/core'
import { realtime } from '@streamfold/test-support/realtime'
import { describe, expect, it } from 'vitest'
import type { ChatDriver } from './chat-driver.ts'
import { drivers } from './drivers.ts'
import type { Harness, Tab } from './fixture.ts'
import { harnessOf, so } from './fixture.ts'

describe.each(drivers)('useChat of $framework, of which only redactions are followed', (driver: ChatDriver) => {
  it('shows no more of what is redacted or deleted after the end', async () => {
    const { agent, open } = await harnessOf(driver)
    const tab = open({ follow: 'redactions' })
    await answered(agent, tab, 'Hello', 'the secret is 42')
    await agent.rewrite('the [redacted]', 'complete')
    await so(() => expect(tab.lines()).toEqual(['user: Hello', 'assistant: the [redacted]']))
    await agent.remove()
    await so(() => expect(tab.lines()).toEqual(['user: Hello', 'assistant: ']))
    expect(tab.messages()[1]).toMatchObject({ parts: [], metadata: { status: 'deleted' } })
    expect(tab.status()).toBe('ready')
  })

  it('shows no more of a prompt, or of an earlier answer, while a newer one streams', async () => {
    const { server, agent, open } = await harnessOf(driver)
    const tab = open({ follow: 'redactions' })
    await answered(agent, tab, 'my code is 42', 'Noted: 42')
    void tab.send('Go on')
    const turn = await agent.asked()
    turn.write('Well')
    await so(() => expect(tab.lines().at(-1)).toBe('assistant: Well'))
    const moderator = realtime(server, { clientId: 'agent' }).channels.get(tab.channel.name)
    const [prompt, answer] = known(tab)
    await moderator.deleteMessage({ serial: prompt! })
    await moderator.deleteMessage({ serial: answer! })
    await so(() => expect(tab.lines()).toEqual(['user: ', 'assistant: ', 'user: Go on', 'assistant: Well']))
    turn.write(' then')
    turn.end()
    await so(() => expect(tab.status()).toBe('ready'))
    expect(tab.lines()).toEqual(['user: ', 'assistant: ', 'user: Go on', 'assistant: Well then'])
  })

  it('adds nothing of what others write, keeps what the page has put there, and resumes nothing', async () => {
    const { agent, open } = await harnessOf(driver)
    const [tab, other] = [open({ follow: 'redactions' }), open({ clientId: 'ben' })]
    await answered(agent, tab, 'Hello', 'Good day')
    const note = { id: 'note', role: 'assistant' as const, parts: [{ type: 'text' as const, text: 'Welcome back' }] }
    tab.show([note, ...tab.messages()])
    void other.send('And me?')
    const turn = await agent.asked()
    turn.write('You')
    await so(() => expect(other.lines().at(-1)).toBe('assistant: You'))
    await so(() => expect(tab.transport.messages()).toHaveLength(4))
    expect([tab.lines(), tab.status()]).toEqual([['assistant: Welcome back', 'user: Hello', 'assistant: Good day'], 'ready'])
    turn.end()
    await so(() => expect(tab.transport.messages().at(-1)?.metadata?.status).toBe('complete'))
    expect(tab.lines()).toEqual(['assistant: Welcome back', 'user: Hello', 'assistant: Good day'])
  })

  it('shows no more of what was redacted before the page was opened', async () => {
    const { agent, open } = await harnessOf(driver)
    const first = open()
    await answered(agent, first, 'Hello', 'the secret is 42')
    const messages = [...first.messages()]
    await agent.rewrite('the [redacted]', 'complete')
    const tab = open({ follow: 'redactions', messages })
    await so(() => expect(tab.lines()).toEqual(['user: Hello', 'assistant: the [redacted]']))
  })

  it('stays with its branch where another tab makes a newer one, and shows no more of what is redacted on it', async () => {
    const { server, agent, open } = await harnessOf(driver)
    const [tab, other] = [open({ follow: 'redactions' }), open()]
    await answered(agent, tab, 'my code is 42', 'Noted')
    const [prompt] = known(tab)
    await so(() => expect(other.lines()).toEqual(['user: my code is 42', 'assistant: Noted']))
    void other.send({ parts: [{ type: 'text', text: 'my code is 43' }], messageId: other.messages()[0]!.id })
    const turn = await agent.asked()
    turn.write('Noted, too')
    turn.end()
    await so(() => expect(other.lines()).toEqual(['user: my code is 43', 'assistant: Noted, too']))
    await so(() => expect(tab.transport.messages().at(-1)?.metadata?.status).toBe('complete'))
    expect(tab.lines()).toEqual(['user: my code is 42', 'assistant: Noted'])
    await redact(server, tab, prompt!, 'my code is [redacted]')
    await so(() => expect(tab.lines()).toEqual(['user: my code is [redacted]', 'assistant: Noted']))
    // The page may show the newer branch, whose prompt has the same id.
    tab.show(await tab.transport.loadMessages())
    await so(() => expect(tab.lines()).toEqual(['user: my code is 43', 'assistant: Noted, too']))
    await redact(server, tab, known(tab)[2]!, 'my code was [redacted]')
    await so(() => expect(tab.lines()).toEqual(['user: my code was [redacted]', 'assistant: Noted, too']))
  })

  it('shows an edit that the chat makes itself, and what becomes of it', async () => {
    const { server, agent, open } = await harnessOf(driver)
    const tab = open({ follow: 'redactions' })
    await answered(agent, tab, 'Helo', 'What?')
    void tab.send({ parts: [{ type: 'text', text: 'Hello' }], messageId: tab.messages()[0]!.id })
    const turn = await agent.asked()
    turn.write('Good day')
    turn.end()
    await so(() => expect([tab.lines(), tab.status()]).toEqual([['user: Hello', 'assistant: Good day'], 'ready']))
    await agent.rewrite('Good [redacted]', 'complete')
    await so(() => expect(tab.lines()).toEqual(['user: Hello', 'assistant: Good [redacted]']))
    const [first, , edit] = known(tab)
    await redact(server, tab, first!, 'H')
    await redact(server, tab, edit!, 'Hel')
    await so(() => expect(tab.lines()).toEqual(['user: Hel', 'assistant: Good [redacted]']))
  })

  it('stops no answer as it leaves the page', async () => {
    const { agent, open } = await harnessOf(driver)
    const [tab, other] = [open({ follow: 'redactions' }), open()]
    void tab.send('Hello')
    const turn = await agent.asked()
    turn.write('Good')
    await so(() => expect(tab.lines()).toEqual(['user: Hello', 'assistant: Good']))
    tab.unmount()
    turn.write(' day')
    turn.end()
    await so(() => expect(other.lines()).toEqual(['user: Hello', 'assistant: Good day']))
    expect(agent.cancels).toEqual([])
  })
})

/** The serials of the conversation's messages. */
function known({ transport }: Tab): readonly string[] {
  return selectMessages(transport.conversation.store.getState()).map(({ id }) => id)
}

/** As a moderator does, with the rights of an agent: the headers stay. */
async function redact(server: Harness['server'], { channel }: Tab, serial: string, data: string): Promise<void> {
  const moderator = realtime(server, { clientId: 'agent' }).channels.get(channel.name)
  const { extras } = await moderator.getMessage(serial)
  await moderator.updateMessage({ serial, name: 'prompt', data, extras })
}

async function answered(agent: Harness['agent'], tab: Tab, question: string, answer: string): Promise<void> {
  void tab.send(question)
  const turn = await agent.asked()
  turn.write(answer)
  turn.end()
  await so(() => expect([tab.status(), tab.lines().at(-1)]).toEqual(['ready', `assistant: ${answer}`]))
}
