import { playScenarios } from './play-scenarios.ts'
import { plainDriver } from './plain-driver.ts'

playScenarios(plainDriver)
