import type { IncomingMessage } from 'node:http'
import * as z from 'zod'
import { LOCAL_CLUSTER_ARN } from '../event-source-mapping/msk-event/msk-event.ts'
import type { KafkaTrigger } from '../event-source-mapping/parameters.ts'
import type { HttpResponse } from '../http/response.ts'
import { ACCOUNT_ID, functionArn, REGION } from '../lambda/environment-variables.ts'
import { invalidParameter, resourceNotFound } from './api-error.ts'
import type { ApiFunction, ApiMapping } from './api-function.ts'
import type { ReadFunctionCode } from './function-configuration.ts'
import { NAME_WITH_VERSION, readFunctionName } from './function-name.ts'
import { epochSeconds, jsonAnswer } from './json-answer.ts'
import { pageOf } from './page-of.ts'
import { readJsonBody } from './read-json-body.ts'

const LARGEST_PAGE = 100

export const mappingArn = (id: string) => `arn:aws:lambda:${REGION}:${ACCOUNT_ID}:event-source-mapping:${id}`

/** AWS's names, to any depth: those of function.json with a capital. */
function withAwsNames(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withAwsNames)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name.charAt(0).toUpperCase() + name.slice(1),
      withAwsNames(inner),
    ]),
  )
}

function toAwsParameters({ consumerGroupId, schemaRegistryConfig, enabled: _, ...rest }: KafkaTrigger) {
  return withAwsNames({
    ...rest,
    amazonManagedKafkaEventSourceConfig: {
      consumerGroupId,
      ...(schemaRegistryConfig && { schemaRegistryConfig }),
    },
  }) as object
}

/** A mapping with the name of its function. */
interface Owned {
  readonly functionName: string
  readonly mapping: ApiMapping
}

export interface EventSourceMappingsDeps {
  readonly functions: ReadonlyMap<string, ApiFunction>
  readonly functionCode: ReadFunctionCode
}

// Another parameter is refused instead of being ignored.
const parameters = z.strictObject(
  { FunctionName: z.string().optional(), Enabled: z.boolean().optional() },
  'The local runner changes only Enabled here: change function.json.',
)

/** The operations on event source mappings. They are made in function.json; they can be disabled and enabled here. */
export function createEventSourceMappings({ functions, functionCode }: EventSourceMappingsDeps) {
  const all = (): readonly Owned[] =>
    [...functions].flatMap(([functionName, { mappings }]) =>
      mappings().map((mapping) => ({ functionName, mapping })),
    )

  async function describe({ functionName, mapping }: Owned) {
    const { id, parameters, state, lastProcessingResult, changedAtEpochMs } = mapping
    const modifiedAtEpochMs = changedAtEpochMs() ?? (await functionCode(functionName)).modifiedAtEpochMs
    return {
      UUID: id,
      EventSourceMappingArn: mappingArn(id),
      EventSourceArn: LOCAL_CLUSTER_ARN,
      FunctionArn: functionArn(functionName),
      ...toAwsParameters(parameters),
      LastModified: epochSeconds(modifiedAtEpochMs),
      LastProcessingResult: lastProcessingResult(),
      State: state(),
      StateTransitionReason: 'USER_INITIATED',
    }
  }

  const onMapping = async (
    id: string,
    run: (owned: Owned) => Promise<HttpResponse>,
  ): Promise<HttpResponse> => {
    const owned = all().find(({ mapping }) => mapping.id === id)
    return owned ? run(owned) : resourceNotFound('The resource you requested does not exist.')
  }

  return {
    list: async (query: URLSearchParams): Promise<HttpResponse> => {
      const wantedFunction = query.get('FunctionName')
      const named = wantedFunction && readFunctionName(wantedFunction, undefined, NAME_WITH_VERSION)
      if (named && 'refusal' in named) return named.refusal
      const source = query.get('EventSourceArn') ?? LOCAL_CLUSTER_ARN
      const wanted = all()
        .filter(() => source === LOCAL_CLUSTER_ARN)
        // A mapping of a version or an alias would be another one.
        .filter(
          ({ functionName }) => !named || (named.name === functionName && named.qualifier === undefined),
        )
        .sort((one, other) => (one.mapping.id < other.mapping.id ? -1 : 1))
      const listed = pageOf(wanted, ({ mapping }) => mapping.id, query, LARGEST_PAGE)
      if ('refusal' in listed) return listed.refusal
      return jsonAnswer({
        EventSourceMappings: await Promise.all(listed.page.map(describe)),
        ...listed.next,
      })
    },

    get: (id: string) => onMapping(id, async (owned) => jsonAnswer(await describe(owned))),

    update: (id: string, request: IncomingMessage) =>
      onMapping(id, async (owned) => {
        const read = await readJsonBody(request, parameters)
        if ('refusal' in read) return read.refusal
        const { FunctionName: wantedFunction, Enabled: enabled } = read.body
        if (wantedFunction !== undefined) {
          const named = readFunctionName(wantedFunction, undefined, NAME_WITH_VERSION)
          if ('refusal' in named) return named.refusal
          if (named.name !== owned.functionName || named.qualifier !== undefined) {
            return invalidParameter('The function of a mapping is the one in whose function.json it stands.')
          }
        }
        if (enabled !== undefined) await owned.mapping.setEnabled(enabled)
        return jsonAnswer(await describe(owned), 202)
      }),
  }
}
