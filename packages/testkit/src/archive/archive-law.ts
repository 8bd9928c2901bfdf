import type { ArchivedMessage, ArchivePage } from '@streamfold/core/transport'
import * as fc from 'fast-check'
import { AGENTS } from '../command.ts'
import type { RawMessage, ServerModel } from '../server-model.ts'
import type { Session } from '../session.ts'
import { runSession, sessions } from '../session.ts'
import type { ArchiveHarness } from './archive-case.ts'
import { expect, expectSame } from './expect.ts'
import { createMemoryArchive } from './memory-archive.ts'

/** What several agents put of one session: pages of different moments, in an order of their own, several at the same time. */
export interface Putting {
  readonly session: Session
  /** Which of the pages are put, and in what order: indices into all, which a session has one of after each command. */
  readonly order: readonly number[]
  /** How many are put at the same time. */
  readonly together: number
}

/** Generates what is put of sessions. */
export function puttings(): fc.Arbitrary<Putting> {
  return fc.record({
    session: sessions({ maxLength: 40 }),
    order: fc.array(fc.nat(), { minLength: 1, maxLength: 12 }),
    together: fc.integer({ min: 1, max: 6 }),
  })
}

/**
 * The law of archives: in whatever order the pages of a session are put, and however many at the same time, the archive then holds and lists what one in memory does
 * that was given them one by one. And no page that is read meanwhile lacks a message that its `upTo` says it has.
 *
 * @throws where it does not hold
 */
export async function archivesAgree({ session, order, together }: Putting, harness: ArchiveHarness): Promise<void> {
  const { archive, elsewhere = archive } = harness
  const channel = `law ${crypto.randomUUID()}`
  const person = (clientId: string) => `${clientId} of ${channel}`
  const all = pagesOf(session, person)
  const pages = order.map((at) => all[at % all.length]).filter((page) => page !== undefined)
  const expected = createMemoryArchive()
  for (const page of pages) await expected.put(channel, page)

  for (let from = 0; from < pages.length; from += together) {
    const puts = pages.slice(from, from + together).map((page, nth) => (nth % 2 ? elsewhere : archive).put(channel, page))
    const [read] = await Promise.all([archive.read(channel), ...puts])
    expectWhole(read, pages)
  }

  for (const limit of [undefined, 1, 3])
    expectSame(await elsewhere.read(channel, limit), await expected.read(channel, limit), `the newest ${limit ?? 'messages'}`)
  const people = new Set(pages.flatMap(({ messages }) => messages.map(({ clientId }) => clientId ?? '')))
  for (const clientId of archive.conversations ? people : [])
    expectSame(
      await archive.conversations?.list(clientId),
      await expected.conversations.list(clientId),
      `the list of ${clientId}`,
    )
}

/** `upTo` of a page was put with messages: these are there. */
function expectWhole({ messages, upTo }: ArchivePage, pages: readonly ArchivePage[]): void {
  if (upTo === undefined) return
  const serials = new Set(messages.map(({ serial }) => serial))
  const reaching = pages.filter((page) => page.upTo === upTo)
  const whole = reaching.some((page) => page.messages.every(({ serial }) => serials.has(serial)))
  expect(whole, `a page with upTo ${upTo} lacks messages`)
}

/** What there is to be archived after each command of a session. */
function pagesOf(session: Session, person: (clientId: string) => string): readonly ArchivePage[] {
  const pages: ArchivePage[] = []
  runSession(session, ({ server }) => void pages.push(pageOf(server, person)))
  return pages
}

function pageOf(server: ServerModel, person: (clientId: string) => string): ArchivePage {
  const all = server.serials.map((serial) => server.latest(serial)).filter((raw) => raw !== undefined && raw.name !== 'cancel')
  const raws = all as readonly RawMessage[] // Those that are undefined are left out.
  const open = raws.findIndex((raw) => !hasEnded(raw))
  return {
    messages: raws.filter(hasEnded).map((raw) => archived(raw, person)),
    upTo: (open < 0 ? raws : raws.slice(0, open)).at(-1)?.serial,
  }
}

const isAgents = ({ clientId }: RawMessage): boolean => AGENTS.some((agent) => agent === clientId)

function hasEnded(raw: RawMessage): boolean {
  const { status } = raw.extras.headers
  return raw.action === 'message.delete' || !isAgents(raw) || (status !== undefined && status !== 'streaming')
}

function archived(raw: RawMessage, person: (clientId: string) => string): ArchivedMessage {
  const { serial, action, data = '', clientId, timestamp, version, extras } = raw
  const isDelete = action === 'message.delete'
  return {
    serial,
    action: isDelete ? action : 'message.update',
    name: isAgents(raw) ? 'response' : 'prompt',
    data: isDelete ? '' : data,
    clientId: isAgents(raw) ? clientId : person(clientId),
    timestamp,
    version: { serial: version.serial, timestamp: version.timestamp },
    extras,
  }
}
