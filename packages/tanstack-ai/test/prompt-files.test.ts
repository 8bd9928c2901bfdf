import { describeGivenFiles } from '@streamfold/test-support/given-files'
import type { UIMessage } from '@tanstack/ai/client'
import { promptOf } from '../src/send/prompt-of.ts'

describeGivenFiles((parts) => promptOf({ id: 'm', role: 'user', parts: parts as UIMessage['parts'] }).files)
