import type { HttpResponse } from '../http/response.ts'
import { apiError } from './api-error.ts'
import type { ApiFunction } from './api-function.ts'
import { type CodeFacts, toFunctionConfiguration } from './function-configuration.ts'

const DEFAULT_PAGE = 50

export interface DescribeFunctionsDeps {
  readonly functions: ReadonlyMap<string, ApiFunction>
  readonly codeFacts: (functionName: string) => Promise<CodeFacts>
}

const json = (value: unknown): HttpResponse => ({
  statusCode: 200,
  headers: [['content-type', 'application/json']],
  body: JSON.stringify(value),
})

/** The reading half of the Lambda API. */
export function createDescribeFunctions({ functions, codeFacts }: DescribeFunctionsDeps) {
  const configurationOf = async ({ definition }: ApiFunction, qualifier: string | undefined) =>
    toFunctionConfiguration(definition, await codeFacts(definition.name), qualifier)

  return {
    /** ListFunctions: `MaxItems` at once, sorted by name; `Marker` is the last name of the page before. */
    list: async (query: URLSearchParams): Promise<HttpResponse> => {
      const maxItems = Number(query.get('MaxItems') ?? DEFAULT_PAGE)
      if (!Number.isInteger(maxItems) || maxItems < 1 || maxItems > 10_000) {
        const text = 'MaxItems must be a whole number from 1 to 10000.'
        return apiError(400, 'InvalidParameterValueException', text)
      }
      const marker = query.get('Marker') ?? ''
      const rest = [...functions.values()]
        .filter(({ definition }) => definition.name > marker)
        .sort((one, other) => (one.definition.name < other.definition.name ? -1 : 1))
      const page = rest.slice(0, maxItems)
      return json({
        Functions: await Promise.all(page.map((each) => configurationOf(each, undefined))),
        ...(rest.length > page.length && { NextMarker: page.at(-1)?.definition.name }),
      })
    },
    configuration: async (target: ApiFunction, qualifier: string | undefined) =>
      json(await configurationOf(target, qualifier)),
    get: async (target: ApiFunction, qualifier: string | undefined) => {
      const { name, reservedConcurrency } = target.definition
      const { location } = await codeFacts(name)
      return json({
        Configuration: await configurationOf(target, qualifier),
        Code: { RepositoryType: 'local', Location: location },
        ...(reservedConcurrency !== undefined && {
          Concurrency: { ReservedConcurrentExecutions: reservedConcurrency },
        }),
      })
    },
  }
}
