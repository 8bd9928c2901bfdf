export { restateAnswers } from './restate-answers.ts'
export type { RestateAnswers, RestateAnswersOptions } from './restate-answers.ts'
export { restateEngine } from './restate-engine.ts'
export type { RestateEngineOptions } from './restate-engine.ts'
