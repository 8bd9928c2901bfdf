import { driver } from '../../packages/react/test/driver.ts'
import { offer } from './page.ts'

offer(driver)
