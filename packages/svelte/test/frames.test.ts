// @vitest-environment happy-dom
import { frameTwins } from '@streamfold/test-support/bindings/frame-twins'
import { driver } from '@streamfold/test-support/svelte/driver'

frameTwins(driver)
