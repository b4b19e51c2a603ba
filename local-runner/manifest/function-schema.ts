import * as z from 'zod'
import { functionDefinition } from './function-definition.ts'

/** The JSON Schema of function.json. Rules that JSON Schema cannot say are left to the manifest's parser. */
export const functionSchema = () =>
  z.toJSONSchema(functionDefinition, { io: 'input', unrepresentable: 'any' })
