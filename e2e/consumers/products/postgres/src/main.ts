import assert from 'node:assert/strict'
import type { AgentOptions, ConversationList, ResponseArchive } from '@streamfold/agent'
import { createPostgresArchive, migrate, migrations } from '@streamfold/postgres'
import { Pool } from 'pg'

// No server is there: a pool of `pg` fits, and its error reaches the caller.
const pool = new Pool({ host: '127.0.0.1', port: 1 })
const archive = createPostgresArchive(pool, { schema: 'chat' })
const option: Pick<AgentOptions, 'archive'> = { archive }
const list: (clientId: string) => Promise<ConversationList> = (clientId) => archive.conversations.list(clientId)
await assert.rejects(migrate(pool))
await assert.rejects(list('ann'))
await assert.rejects((option.archive as ResponseArchive).read('ai:demo'))
await pool.end()
assert.match(migrations({ schema: 'chat' })[0]?.sql ?? '', /CREATE TABLE "chat"\.message/)
console.log('the archive takes a pool of pg')
