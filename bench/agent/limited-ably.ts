// Local Ably with the rates that the service documents: 50 messages a second on a connection.
import process from 'node:process'
import { createLocalAbly } from '@streamfold/local-ably'

await createLocalAbly({ port: Number(process.argv[2]), limits: 'ably' })
