import { driver } from '@streamfold/test-support/react/driver'
import { offer } from './page.ts'

offer(driver)
