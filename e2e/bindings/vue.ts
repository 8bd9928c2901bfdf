import { driver } from '@streamfold/test-support/vue/driver'
import { offer } from './page.ts'

offer(driver)
