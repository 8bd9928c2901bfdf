import { driver } from '@streamfold/test-support/svelte/driver'
import { offer } from './page.ts'

offer(driver)
