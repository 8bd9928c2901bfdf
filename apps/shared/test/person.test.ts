// @vitest-environment happy-dom
import { beforeEach, expect, it, vi } from 'vitest'

const mine = 'a'.repeat(26)
const other = 'b'.repeat(26)

/** The page, loaded again. */
async function load(address = '/?c=x') {
  vi.resetModules()
  history.replaceState(null, '', address)
  return import('../src/storage/person.ts')
}

beforeEach(() => {
  vi.unstubAllGlobals()
  localStorage.clear()
  sessionStorage.clear()
})

it('is the same in each tab of a browser, and after a reload', async () => {
  const first = (await load()).currentPerson()
  expect(first.clientId).toMatch(/^person-[0-9a-hjkmnp-tv-z]{16}$/)
  expect(first.visiting).toBe(false)
  sessionStorage.clear()
  expect((await load()).currentPerson()).toEqual(first)
})

it('has a client id that the agent makes of the secret too', async () => {
  const { clientIdOf } = await load()
  // The same vector is in the tests of the agent.
  expect(clientIdOf(mine)).toBe('person-sxcrehyemvwrgnfn')
  expect(clientIdOf(other)).not.toBe(clientIdOf(mine))
})

it('comes with a personal link, which does not stay in the address', async () => {
  const { currentPerson, clientIdOf } = await load(`/?c=x#me=${mine}`)
  expect(currentPerson()).toEqual({ clientId: clientIdOf(mine), secret: mine, visiting: false })
  expect(location.href).toMatch(/\?c=x$/)
  expect((await load()).currentPerson().secret).toBe(mine)
})

it('visits one tab where the browser is somebody else’s, until that is decided', async () => {
  localStorage.setItem('streamfold:person', other)
  expect((await load(`/?c=x#me=${mine}`)).currentPerson()).toMatchObject({ secret: mine, visiting: true })
  expect((await load()).currentPerson()).toMatchObject({ secret: mine, visiting: true })
  expect(localStorage.getItem('streamfold:person')).toBe(other)
  const page = await load()
  vi.stubGlobal('location', { ...location, hash: '', reload: () => {} })
  page.endVisit()
  vi.unstubAllGlobals()
  expect((await load()).currentPerson()).toMatchObject({ secret: other, visiting: false })

  const again = await load(`/?c=x#me=${mine}`)
  expect(again.currentPerson().visiting).toBe(true)
  vi.stubGlobal('location', { ...location, hash: '', reload: () => {} })
  again.stayVisitor()
  vi.unstubAllGlobals()
  sessionStorage.clear()
  expect((await load()).currentPerson()).toMatchObject({ secret: mine, visiting: false })
})

it('is not visiting with a personal link of one’s own', async () => {
  localStorage.setItem('streamfold:person', mine)
  expect((await load(`/?c=x#me=${mine}`)).currentPerson()).toMatchObject({ secret: mine, visiting: false })
})

it.each(['', 'agent', 'A'.repeat(26), `${mine}a`, '<b>', '{"a":1}'])(
  'is not what somebody else has written: %s',
  async (text) => {
    localStorage.setItem('streamfold:person', text)
    sessionStorage.setItem('streamfold:person', text)
    const { currentPerson } = await load(`/?c=x#me=${encodeURIComponent(text)}`)
    expect(currentPerson()).toMatchObject({ secret: expect.stringMatching(/^[0-9a-z]{26}$/), visiting: false })
    expect(currentPerson().secret).not.toBe(text)
  },
)

it('has an identity where the browser forbids storage, as within a preview frame', async () => {
  const forbidden = () => {
    throw new DOMException('Access is denied for this document.', 'SecurityError')
  }
  const storage = { getItem: forbidden, setItem: forbidden, removeItem: forbidden }
  vi.stubGlobal('sessionStorage', storage)
  vi.stubGlobal('localStorage', storage)
  const { currentPerson } = await load()
  expect(currentPerson().clientId).toMatch(/^person-/)
  expect(currentPerson()).toBe(currentPerson())
})

it('follows a link with the secret, and leaves the link as it was for readers who copy it', async () => {
  vi.useFakeTimers()
  const { followAsMe, currentPerson } = await load()
  const link = document.createElement('a')
  link.href = 'http://localhost:5174/?c=x'
  let followed = ''
  link.addEventListener('click', followAsMe)
  link.addEventListener('click', (event) => {
    event.preventDefault()
    followed = link.href
  })
  link.click()
  expect(followed).toBe(`http://localhost:5174/?c=x#me=${currentPerson().secret}`)
  vi.runAllTimers()
  expect(link.href).toBe('http://localhost:5174/?c=x')
  vi.useRealTimers()
})
