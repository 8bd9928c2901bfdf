// @vitest-environment happy-dom
import { playScenarios } from '@streamfold/test-support/bindings/play-scenarios'
import { driver } from '@streamfold/test-support/svelte/driver'

playScenarios(driver)
