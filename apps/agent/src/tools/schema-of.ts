import type { FlexibleSchema } from 'ai'
import { jsonSchema } from 'ai'
import * as v from 'valibot'

/** A schema for the provider, and the check of what the model makes of it. */
export function schemaOf<Schema extends v.GenericSchema>(
  schema: Schema,
  json: Parameters<typeof jsonSchema>[0],
): FlexibleSchema<v.InferOutput<Schema>> {
  return jsonSchema<v.InferOutput<Schema>>(json, {
    validate(value) {
      const parsed = v.safeParse(schema, value)
      return parsed.success
        ? { success: true, value: parsed.output }
        : { success: false, error: new TypeError(`unable to read the input; ${parsed.issues[0].message}`) }
    },
  })
}
