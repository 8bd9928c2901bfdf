import { driver } from '../../packages/vue/test/driver.ts'
import { offer } from './page.ts'

offer(driver)
