import { expect, test } from './app.ts'
import { onlyLocal } from './channel.ts'
import { otherHost } from './environment.ts'

test('a page that is not on localhost reaches agent and local Ably through the dev server alone', async ({ devApp, open }) => {
  onlyLocal()
  const address = `http://${otherHost}:${new URL(devApp).port}`
  const page = await open({ address })
  const asked = new Set<string>()
  const note = (url: string) => asked.add(new URL(url).host)
  page.page.on('request', (request) => note(request.url()))
  page.page.on('websocket', (socket) => note(socket.url()))
  await page.page.reload()
  await page.untilLive()
  await page.send('hello')
  await page.untilAnswerIs('complete')
  await page.page.getByTestId('trouble').click()
  await page.page.getByTestId('trouble-cut').click()
  await expect(page.page.getByTestId('trouble-log')).toContainText('it is refused for 5 s')
  await page.untilLive()
  expect([...asked]).toEqual([new URL(address).host])
})
