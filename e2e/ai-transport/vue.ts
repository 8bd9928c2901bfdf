import { ablyPlugin, useConversation } from '@streamfold/vue'
import { createApp, defineComponent, h, ref } from 'vue'
import { client, options, partLine } from './asked.ts'

const Chat = defineComponent(() => {
  const { messages, status, connectionStatus, sendMessage, stop } = useConversation(options)
  const prompt = ref('')
  const send = (event: Event) => {
    event.preventDefault()
    void sendMessage(prompt.value)
  }
  const typed = ({ target }: Event) => void (prompt.value = (target as HTMLInputElement).value) // What it is an event of.
  return () =>
    h('main', [
      messages.value.map(({ key, role, text, status }) => h('p', { key, 'data-role': role, 'data-status': status }, text)),
      h(
        'ul',
        { 'aria-label': 'Parts' },
        messages.value.flatMap(({ key, parts }) => parts.map((part, at) => h('li', { key: `${key} ${at}` }, partLine(part)))),
      ),
      h('form', { onSubmit: send }, [
        h('input', { 'aria-label': 'Prompt', value: prompt.value, onInput: typed }),
        h('button', 'Send'),
        h('button', { type: 'button', onClick: () => void stop() }, 'Stop'),
      ]),
      h('p', { role: 'status' }, `${connectionStatus.value}, ${status.value}`),
    ])
})

createApp(Chat).use(ablyPlugin, client).mount(document.body)
