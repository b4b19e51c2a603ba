import type { ApiSettings } from '../api-gateway/api-settings.ts'
import { recordRequests } from '../api-gateway/record-requests.ts'
import type { StopList } from '../async/stop-list.ts'
import { createFunctionUrl } from '../function-url/function-url.ts'
import type { RecordEvent } from '../journal/journal.ts'
import type { Invoke } from '../lambda/invocation.ts'
import type { FunctionDefinition } from '../manifest/function-definition.ts'
import { createFunctionListener, type FunctionListenerDeps } from './function-listener.ts'
import { createFunctionPort } from './function-port.ts'

export interface FunctionPortsDeps extends Pick<FunctionListenerDeps, 'health' | 'lambdaApi'> {
  readonly name: string
  readonly host: string
  readonly portOffset: number
  readonly invoke: Invoke
  readonly authorizersOf: (api: ApiSettings) => FunctionListenerDeps['authorizerOf']
  readonly record: RecordEvent
  readonly addStop: StopList['add']
  readonly onError: (error: unknown) => void
}

export interface FunctionPorts {
  /** Serves what this definition says from now on. @throws error when a port is taken; both stay as they were then */
  readonly serve: (definition: FunctionDefinition, api: ApiSettings) => Promise<void>
  /** That of the HTTP API. */
  readonly port: () => number
}

/** The port of a function for the HTTP API, and that of its function URL. */
export function createFunctionPorts(deps: FunctionPortsDeps): FunctionPorts {
  const { name, host, portOffset, invoke, record, addStop, onError } = deps
  const onInvalidAnswer = (problem: string) =>
    record({ name: 'http.invalid-answer', functionName: name, problem })
  const port = createFunctionPort({ host, whose: `the function "${name}"`, onError })
  addStop(`port of ${name}`, port.stop)
  const url = createFunctionPort({ host, whose: `the URL of "${name}"`, onError })
  addStop(`URL of ${name}`, url.stop)

  const prepareHttpApi = ({ port: wanted, triggers }: FunctionDefinition, api: ApiSettings) => {
    const authorizerOf = deps.authorizersOf(api)
    const routeKeys = triggers.http
    const listener = createFunctionListener({ ...deps, api, authorizerOf, routeKeys, onInvalidAnswer })
    return port.prepare({ port: wanted + portOffset, listener: recordRequests(listener, name, record) })
  }
  const prepareUrl = ({ functionUrlConfig: config }: FunctionDefinition) =>
    url.prepare(
      config && {
        port: config.localPort + portOffset,
        listener: recordRequests(createFunctionUrl({ config, invoke, onInvalidAnswer }), name, record),
      },
    )

  return {
    serve: async (definition, api) => {
      const httpApi = await prepareHttpApi(definition, api)
      try {
        const { commit } = await prepareUrl(definition)
        httpApi.commit()
        commit()
      } catch (error) {
        await httpApi.cancel()
        throw error
      }
    },
    port: port.port,
  }
}
