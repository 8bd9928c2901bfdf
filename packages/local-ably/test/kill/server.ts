// A server in a process of its own, to be killed: data file and port as arguments.
import { createLocalAbly } from '../../src/index.ts'

const [data = '', port = '0'] = process.argv.slice(2)
const server = await createLocalAbly({ data, port: Number(port), host: '127.0.0.1', appendRollupWindow: 5 })
console.log(server.port)
