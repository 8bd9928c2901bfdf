// A chat without a framework: an <ol> for the messages, a <form> with one <input>, and a <p> that says how it stands.
import { openConversation, selectError } from '@streamfold/ably'
import { selectConnectionStatus, selectMessages, selectStatus } from '@streamfold/core'
import type { RealtimeChannel } from 'ably'

/** @returns the way to leave. */
export function chat(channel: RealtimeChannel, page: HTMLElement): () => void {
  const conversation = openConversation(channel, { agent: 'agent' })
  const [list, form, said] = [page.querySelector('ol')!, page.querySelector('form')!, page.querySelector('p')!]
  const rows = new Map<string, HTMLElement>()

  function draw(): void {
    const state = conversation.store.getSnapshot()
    for (const { key, role, text, status } of selectMessages(state)) {
      const row = rows.get(key) ?? document.createElement('li')
      rows.set(key, row)
      row.className = `${role} ${status}`
      if (row.textContent !== text) row.textContent = text
    }
    // In their order: an older page comes before what is there.
    list.replaceChildren(...selectMessages(state).map(({ key }) => rows.get(key)!))
    said.textContent = selectError(state) ?? `${selectConnectionStatus(state)}, ${selectStatus(state)}`
  }

  const send = (event: Event) => {
    event.preventDefault()
    void conversation.sendMessage(form.querySelector('input')!.value).catch(({ message }: Error) => (said.textContent = message))
    form.reset()
  }
  form.addEventListener('submit', send)
  draw()
  const stop = conversation.store.subscribe(draw)
  return () => {
    form.removeEventListener('submit', send)
    stop()
    conversation.release()
  }
}
