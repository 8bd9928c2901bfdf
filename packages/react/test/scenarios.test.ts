// @vitest-environment happy-dom
import { playScenarios } from '../../ably/test/play-scenarios.ts'
import { driver } from './driver.ts'

playScenarios(driver)
