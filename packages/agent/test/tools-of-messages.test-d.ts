// What must and must not compile: messages typed by tools of the AI SDK. Checked by `pnpm check` (types); never run.
import { modelMessages } from '@streamfold/agent'
import type { Message } from '@streamfold/core'
import type { InferUITools } from 'ai'
import { jsonSchema, tool } from 'ai'

interface Weather {
  readonly degrees: number
}

const tools = {
  weather: tool({
    inputSchema: jsonSchema<{ city: string }>({ type: 'object' }),
    execute: ({ city }): Weather => ({ degrees: city.length }),
  }),
  confirm: tool({ inputSchema: jsonSchema<{ question: string }>({ type: 'object' }), outputSchema: jsonSchema<boolean>({}) }),
}

interface Mine {
  readonly tools: InferUITools<typeof tools>
}

function shown({ parts }: Message<Mine>): readonly string[] {
  return parts.map((part) => {
    if (part.type === 'tool-weather') {
      // @ts-expect-error a field that the tool's output does not have
      void part.output?.celsius
      return `${part.input?.city}: ${part.output?.degrees.toFixed()}°`
    }
    if (part.type === 'tool-confirm') {
      const answer: boolean | undefined = part.output
      return `${part.input?.question} ${answer}`
    }
    // @ts-expect-error a tool that the agent does not have
    return part.type === 'tool-search' ? 'found' : part.type
  })
}

// @ts-expect-error the tools themselves instead of their types
const wrong: Message<{ tools: typeof tools }>[] = []

const nextInput = (messages: readonly Message<Mine>[]) => modelMessages(messages)

void [shown, wrong, nextInput]
