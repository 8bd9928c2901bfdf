import { playScenarios } from '@streamfold/test-support/bindings/play-scenarios'
import { plainDriver } from './plain-driver.ts'

playScenarios(plainDriver)
