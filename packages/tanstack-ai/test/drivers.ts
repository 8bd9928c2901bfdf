import { client } from './client-driver.ts'
import { react } from './react-driver.ts'
import { vue } from './vue-driver.ts'

export const drivers = [client, react, vue]
