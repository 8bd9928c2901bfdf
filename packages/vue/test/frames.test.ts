// @vitest-environment happy-dom
import { frameTwins } from '../../ably/test/frame-twins.ts'
import { driver } from './driver.ts'

frameTwins(driver)
