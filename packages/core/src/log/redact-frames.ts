import type { Assembly } from '../messages/drafts.ts'
import { addFrame, emptyAssembly } from '../messages/drafts.ts'
import { bodyKind, frameOf, RS } from '../protocol/frames.ts'
import type { Role } from '../protocol/message.ts'
import type { JsonObject } from '../shared/json.ts'
import { isObject, parsed, textOf } from '../shared/json.ts'

/** Redacts the data of one message in the format `parts/1`, as it arrives. */
export interface FramesRedactor {
  /** The data so far, in code units. */
  readonly length: number
  /** The increment without contents, of the same length. What it makes of a text does not depend on where the text is cut. */
  redact(increment: string): string
}

/** Fields of a head that name things and have no contents. `input`, `title`, `url`, `by`, `reason` and so on have. */
const kept: ReadonlySet<string> = new Set([
  'type',
  'id',
  'name',
  'kind',
  'approval',
  'epoch',
  'source',
  'mediaType',
  'serial',
  'answer',
  'until',
  'start',
  'end',
  'ms',
  'wants',
  'at',
  'auto',
])

/** Redacts JSON. @param hasKnownKeys whether it is an object whose keys have no contents */
export function redactJson(text: string, hasKnownKeys: boolean): string {
  const redact = createJsonRedactor(hasKnownKeys)
  return Array.from({ length: text.length }, (_, at) => redact(text[at]!)).join('') // Inside the text.
}

type Redact = (character: string) => string

const blankText: Redact = () => '·'

/** Keeps frames, and the shape of JSON; blanks every text. @param role of the message: a user's has fewer frames */
export function createFramesRedactor(role: Role): FramesRedactor {
  let length = 0
  let place: 'body' | 'separator' | 'head' = 'body'
  let head = ''
  let ofHead: Redact = blankText
  let ofBody: Redact = blankText
  /** The reader's own rules decide what a `more` without an id continues: JSON's shape must not be kept of what it reads as text. */
  const reading = emptyAssembly(role)
  const byPlace = new Map<string, Redact>()
  /** By type and id, because a call has an input and an output. */
  const byId = new Map<string, Redact>()

  function beginBody(): void {
    place = 'body'
    const fields = headIn(head)
    addFrame(reading, frameOf(fields, ''), false)
    const { type, kind } = fields
    const id = textOf(fields['id'])
    const at = placeIn(reading)
    if (type === 'more') {
      // A part of an earlier record may have this id.
      const elsewhere = id === undefined ? undefined : (byId.get(`${String(kind)} ${id}`) ?? byId.get(id))
      ofBody = (at === undefined ? elsewhere : byPlace.get(at)) ?? blankText
      return
    }
    const body = bodyKind(type)
    // Strings of JSON are blanked inside of their quotes, so that it stays JSON.
    ofBody = body === 'json' ? createJsonRedactor(false) : blankText
    if (body === undefined) return
    if (at !== undefined) byPlace.set(at, ofBody)
    if (id !== undefined) byId.set(id, ofBody).set(`${String(type)} ${id}`, ofBody)
  }

  /** Text before the first head is a part, too. */
  function beginText(): void {
    if (head === '' && reading.drafts.length === 0) addFrame(reading, frameOf(undefined, ''), false)
  }

  function next(character: string): string {
    switch (place) {
      case 'head':
        if (character === '\n') {
          beginBody()
          return character
        }
        head += character
        return ofHead(character)
      case 'separator':
        if (character === RS) {
          beginText()
          place = 'body'
          return character
        }
        place = 'head'
        head = character
        ofHead = createJsonRedactor(true)
        return ofHead(character)
      default:
        if (character !== RS) {
          beginText()
          return ofBody(character)
        }
        place = 'separator'
        return character
    }
  }

  return {
    get length() {
      return length
    },
    redact(increment) {
      length += increment.length
      let redacted = ''
      // By code units, so that the length stays.
      for (let at = 0; at < increment.length; at++) redacted += next(increment[at]!) // Inside the text.
      return redacted
    },
  }
}

/** Blanks the strings and digits of JSON, and whatever is no JSON. @param isHead keeps the keys, and the values of kept fields */
function createJsonRedactor(isHead: boolean): Redact {
  let depth = 0
  let inString = false
  let escaped = false
  let isKey = false
  let key = ''
  /** Of the outermost object: the key whose value comes. */
  let named: string | undefined
  let word = ''

  const keepsValue = (): boolean => isHead && depth === 1 && named !== undefined && kept.has(named)

  function insideString(character: string): string {
    if (escaped) escaped = false
    else if (character === '\\') escaped = true
    else if (character === '"') {
      inString = false
      return character
    }
    if (isKey) key += character
    return (isKey && isHead) || keepsValue() ? character : '·'
  }

  function outside(character: string): string {
    switch (character) {
      case '"':
        inString = true
        isKey = depth === 1 && named === undefined
        if (isKey) key = ''
        return character
      case '{':
      case '[':
        depth++
        if (depth === 1) named = undefined
        return character
      case '}':
      case ']':
        depth--
        return character
      case ':':
        if (depth === 1) named = key
        return character
      case ',':
        if (depth === 1) named = undefined
        return character
      default:
        if (/\d/.test(character)) return keepsValue() ? character : '1'
        return /[\s+\-.]/.test(character) ? character : '·'
    }
  }

  return (character) => {
    if (inString) return insideString(character)
    if (!/[a-zA-Z]/.test(character)) {
      word = ''
      return outside(character)
    }
    word += character
    // Of a word that is none of JSON's, a letter may be its first.
    return ['true', 'false', 'null', 'e', 'E'].some((known) => known.startsWith(word)) ? character : '·'
  }
}

function headIn(head: string): JsonObject {
  const fields = parsed(head)
  return isObject(fields) ? fields : {}
}

/** Where the body of the last frame goes; undefined if no part has it. */
function placeIn({ into }: Assembly): string | undefined {
  return into && `${into.place.at} ${into.place.of}`
}
