import type { ToolSet } from 'ai'
import { tool } from 'ai'
import * as v from 'valibot'
import type { Outbox } from '../data/outbox.ts'
import { schemaOf } from './schema-of.ts'

const text = (longest: number) => v.pipe(v.string(), v.minLength(1), v.maxLength(longest))
const Invitation = v.object({ to: text(200), subject: text(120), text: text(2_000) })

/** What the page answers to `timeZoneAndLanguage`. */
export const Place = v.object({
  timeZone: text(100),
  languages: v.pipe(v.array(text(40)), v.maxLength(20)),
})

/** The tools that need people: a person approves an invitation before it is sent, and a person's page knows its time zone and languages. */
export function createPeopleTools(outbox: Outbox): ToolSet {
  const sendInvitation = tool({
    title: 'Send an invitation',
    description: 'Sends an invitation by mail. The user approves each one first; do not ask for permission in words as well.',
    inputSchema: schemaOf(Invitation, {
      type: 'object',
      properties: {
        to: { type: 'string', description: 'Address or name of one person' },
        subject: { type: 'string' },
        text: { type: 'string', description: 'Text of the invitation' },
      },
      required: ['to', 'subject', 'text'],
      additionalProperties: false,
    }),
    needsApproval: true,
    execute: async (invitation, { toolCallId }) => ({ sent: true, number: outbox.send(toolCallId, invitation) }),
  })

  // Without `execute`: the page of the person runs it, and its answer is the output.
  const timeZoneAndLanguage = tool({
    title: 'Ask for time zone and languages',
    description:
      'Asks the user’s browser for its time zone and preferred languages. Use it when an answer depends on where the user is.',
    inputSchema: schemaOf(v.object({}), { type: 'object', properties: {}, additionalProperties: false }),
    outputSchema: schemaOf(Place, {
      type: 'object',
      properties: { timeZone: { type: 'string' }, languages: { type: 'array', items: { type: 'string' } } },
      required: ['timeZone', 'languages'],
    }),
  })

  return { sendInvitation, timeZoneAndLanguage }
}
