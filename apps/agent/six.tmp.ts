// user side: token by authUrl (renewing, ttl 60 s floor?), prompts, SIGTERM in mid-stream
import { openConversation } from '@streamfold/ably'
import { selectMessages } from '@streamfold/core'
import { Realtime } from 'ably'
const G = Number(process.argv[2])
const U = 'http://localhost:14982'
const client = new Realtime({ endpoint: 'localhost', port: 14981, tls: false, authUrl: `${U}/api/ably-token`, authParams: { clientId: 'ann', channel: 'ai:one' }, logLevel: 0 })
let tokens = 0
client.connection.on('update', () => tokens++)
const channel = client.channels.get('ai:one')
const { store } = openConversation(channel, { agent: 'agent', scheduler: (f) => f() })
const ask = async (text: string) => {
  const { serials } = await channel.publish({ name: 'prompt', data: text, extras: { headers: { role: 'user' } } })
  const r = await fetch(`${U}/api/responses`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ channel: 'ai:one', promptSerial: serials[0] }) })
  return [r.status, await r.json()]
}
const show = () => selectMessages(store.getSnapshot()).map((m) => `${m.role} ${m.status} ${m.text.length}${m.error ? ' ' + m.error : ''}`)
const wait = (ms: number) => new Promise((r) => setTimeout(r, ms))
console.log(await ask('repeat exactly: secret-word is here'))
await wait(3000)
console.log(show())
console.log('long prompt', JSON.stringify(await ask('x'.repeat(33000))).slice(0, 120))
try { await client.channels.get('ai:two').publish('x', 'y') } catch (e) { console.log('other channel:', String(e).slice(0, 90)) }
try { await channel.deleteMessage({ serial: selectMessages(store.getSnapshot())[1]!.id }) } catch (e) { console.log('delete by user:', String(e).slice(0, 90)) }
console.log(await ask('Give me a long answer'))
await wait(1500)
console.log(show().at(-1), 'SIGTERM')
process.kill(G, 'SIGTERM')
await wait(500)
console.log('ready after SIGTERM:', (await fetch(`${U}/readyz`).catch((e) => ({ status: String(e) }))).status, 'new prompt:', JSON.stringify(await ask('another').catch(String)))
await wait(8000)
console.log(show().slice(-3), 'agent alive:', (() => { try { process.kill(G, 0); return true } catch { return false } })())
client.close()
