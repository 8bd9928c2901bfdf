// @vitest-environment happy-dom
import { readFileSync } from 'node:fs'
import { expect, it, onTestFinished, vi } from 'vitest'
import { chat } from '../examples/vanilla.ts'
import { agentOn } from '@streamfold/test-support/agent-on'
import { realtime } from '@streamfold/test-support/realtime'
import { serve } from '@streamfold/test-support/serve'

it('a chat without a framework works, in under 40 lines', async () => {
  expect(readFileSync(`${import.meta.dirname}/../examples/vanilla.ts`, 'utf8').split('\n').length).toBeLessThan(40)
  const server = await serve()
  const agent = agentOn(server, 'ai:vanilla')
  const page = document.body.appendChild(document.createElement('main'))
  page.innerHTML = '<ol></ol><form><input></form><p></p>'
  const channel = realtime(server, { clientId: 'ann' }).channels.get('ai:vanilla')
  onTestFinished(chat(channel, page))
  const rows = () => [...page.querySelectorAll('li')].map(({ className, textContent }) => `${className}: ${textContent}`)
  const said = () => page.querySelector('p')!.textContent
  await vi.waitFor(() => expect(said()).toBe('live, ready'))
  page.querySelector('form')!.dispatchEvent(new Event('submit'))
  await vi.waitFor(() => expect(said()).toContain('it is empty'))
  page.querySelector('input')!.value = 'Hello?'
  page.querySelector('form')!.dispatchEvent(new Event('submit'))
  await vi.waitFor(() => expect(rows()).toEqual(['user complete: Hello?']))
  const serial = await agent.begin('Hello')
  await vi.waitFor(() => expect(rows()[1]).toBe('assistant streaming: Hello'))
  const [, row] = page.querySelectorAll('li')
  await agent.complete(serial, ', world')
  await vi.waitFor(() => expect(rows()).toEqual(['user complete: Hello?', 'assistant complete: Hello, world']))
  expect(page.querySelectorAll('li')[1]).toBe(row)
  expect(page.querySelector('input')!.value).toBe('')
  expect(said()).toBe('live, ready')
})
