import type { HttpResponse } from '../http/response.ts'
import { validationError, violation } from './api-error.ts'
import type { ApiFunction } from './api-function.ts'
import {
  type ReadFunctionCode,
  toFunctionConfiguration,
  toListedConfiguration,
} from './function-configuration.ts'
import { jsonAnswer } from './json-answer.ts'
import { pageOf } from './page-of.ts'

/** However many are asked for (API_ListFunctions, API_ListVersionsByFunction). */
const LARGEST_PAGE = 50

export interface DescribeFunctionsDeps {
  readonly functions: ReadonlyMap<string, ApiFunction>
  readonly functionCode: ReadFunctionCode
}

/** The operations that read what functions are. */
export function createDescribeFunctions({ functions, functionCode }: DescribeFunctionsDeps) {
  const configurationOf = async (target: ApiFunction, qualifier: string | undefined) =>
    toFunctionConfiguration(target, await functionCode(target.definition.name), qualifier)
  const listedOf = async (target: ApiFunction, qualifier: string | undefined) =>
    toListedConfiguration(target, await functionCode(target.definition.name), qualifier)

  return {
    /** ListFunctions, sorted by name. `FunctionVersion=ALL` lists versions, of which there is `$LATEST`. */
    list: async (query: URLSearchParams): Promise<HttpResponse> => {
      const versions = query.get('FunctionVersion')
      if (versions !== null && versions !== 'ALL') {
        return validationError([violation(versions, 'functionVersion', 'satisfy enum value set: [ALL]')])
      }
      const nameOf = ({ definition }: ApiFunction) => definition.name
      const sorted = [...functions.values()].sort((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1))
      const listed = pageOf(sorted, nameOf, query, LARGEST_PAGE)
      if ('refusal' in listed) return listed.refusal
      const qualifier = versions === null ? undefined : '$LATEST'
      const Functions = await Promise.all(listed.page.map((each) => listedOf(each, qualifier)))
      return jsonAnswer({ Functions, ...listed.next })
    },
    get: async (target: ApiFunction, qualifier: string | undefined) => {
      const reserved = target.reservedConcurrency()
      const { location } = await functionCode(target.definition.name)
      return jsonAnswer({
        Configuration: await configurationOf(target, qualifier),
        Code: { RepositoryType: 'local', Location: location },
        ...(reserved !== undefined && { Concurrency: { ReservedConcurrentExecutions: reserved } }),
      })
    },
    configuration: async (target: ApiFunction, qualifier: string | undefined) =>
      jsonAnswer(await configurationOf(target, qualifier)),
    versions: async (target: ApiFunction, query: URLSearchParams) => {
      const listed = pageOf(['$LATEST'], String, query, LARGEST_PAGE)
      if ('refusal' in listed) return listed.refusal
      const Versions = await Promise.all(listed.page.map((version) => listedOf(target, version)))
      return jsonAnswer({ Versions, ...listed.next })
    },
    aliases: (_: ApiFunction, query: URLSearchParams) => {
      const listed = pageOf([], String, query, LARGEST_PAGE)
      return 'refusal' in listed ? listed.refusal : jsonAnswer({ Aliases: [] })
    },
  }
}
