import { join, resolve } from 'node:path'
import { type AdminRoute, createAdminListener } from './admin/admin-server.ts'
import { createDeadLettersRoute } from './admin/dead-letters-route.ts'
import { createMailsRoute } from './admin/mails-route.ts'
import { createMappingsRoute } from './admin/mappings-route.ts'
import { createMetricsRoute } from './admin/metrics/metrics-route.ts'
import { sameOriginGuard } from './admin/same-origin-guard.ts'
import { createSkipRoute } from './admin/skip-route.ts'
import type { StopList } from './async/stop-list.ts'
import type { Config } from './config/config.ts'
import type { Variables } from './config/env-files.ts'
import { createDeadLetters } from './dead-letters/dead-letters.ts'
import { type CheckResult, createHealth, createHealthEndpoint } from './health/health.ts'
import { createKafkaCheck, createRedisCheck } from './health/service-check.ts'
import { createHttpServer } from './http/http-server.ts'
import { listenOn } from './http/listen-on.ts'
import type { Journal } from './journal/journal.ts'
import { createKafkaClient } from './kafka/kafka-client.ts'
import type { ApiFunction } from './lambda-api/api-function.ts'
import { readFunctionCode } from './lambda-api/function-configuration.ts'
import { readKeptChanges } from './lambda-api/kept-changes.ts'
import { createLambdaApi } from './lambda-api/lambda-api.ts'
import { createMailCatcher } from './mail/mail-catcher.ts'
import type { Manifest } from './manifest/manifest.ts'
import type { Builder } from './reload/builder.ts'
import { ensureTopics } from './servers/topics.ts'
import { createFunctionEnvironment } from './startup/create-function-environment.ts'
import { readyScreen } from './startup/ready-screen.ts'
import type { RunningFunctions } from './startup/running-functions.ts'
import { startProject } from './startup/start-project.ts'
import { startServersAndBuild } from './startup/start-servers-and-build.ts'

const ADMIN_PORT = 8080
const SMTP_PORT = 1025
const MAILS_KEPT = 1_000

export interface StartRunnerDeps {
  readonly config: Config
  /** Of this process. */
  readonly ownVariables: Variables
  /** Absolute. */
  readonly projectDirectory: string
  /** Undefined: dist/ is used as it is. */
  readonly builder: Builder | undefined
  readonly stops: StopList
  /** Makes one for each function, because functions stop in parallel. */
  readonly newStopList: () => StopList
  readonly record: Journal['record']
  readonly listen: Journal['listen']
  readonly entries: Journal['entries']
  readonly print: (line: string) => void
  readonly onError: (error: unknown) => void
  readonly onDeath: (what: string) => void
  /** Aborts the start. */
  readonly signal: AbortSignal
}

/** Starts everything, each part with its stop in `stops`. @returns the screen to show when all is ready */
export async function startRunner(deps: StartRunnerDeps): Promise<string> {
  const { config, projectDirectory, stops, record, print, onError, signal } = deps
  const startedAt = performance.now()
  const health = createHealth()
  let startCheck: CheckResult = { ok: false, detail: 'starting' }
  health.setCheck('start', () => startCheck)
  const healthListener = createHealthEndpoint(health)
  const mailCatcher = createMailCatcher({ capacity: MAILS_KEPT, now: () => Date.now() })
  const apiFunctions = new Map<string, ApiFunction>()
  const lambdaApi = sameOriginGuard(
    createLambdaApi({
      functions: apiFunctions,
      functionCode: (name) => readFunctionCode(join(projectDirectory, 'dist', `${name}.zip`)),
      listen: deps.listen,
    }),
  )
  // Those that need Kafka are added when it runs.
  const routes: AdminRoute[] = [createMailsRoute(mailCatcher.mails)]
  const admin = sameOriginGuard(createAdminListener({ health: healthListener, lambdaApi, routes }))
  const adminServer = createHttpServer({ listener: admin, onError })
  const adminPort = ADMIN_PORT + config.portOffset
  await listenOn(adminServer, adminPort, config.host, 'the admin server')
  stops.add('admin server', adminServer.stop)

  const [servers, { manifest, built }] = await startServersAndBuild(deps)
  signal.throwIfAborted()
  health.setCheck('kafka', createKafkaCheck(servers.kafkaBrokers))
  health.setCheck('redis', createRedisCheck(servers.redisUrl))
  const { kafkaBrokers } = servers
  const createTopics = (topics: Manifest['topics']) =>
    ensureTopics(kafkaBrokers, topics, print, config.kafkaLogin)
  await createTopics(manifest.topics)
  let running: RunningFunctions['all'] = () => []
  const mappings = () => running().flatMap((one) => one.mappings())
  const reports = () => mappings().flatMap((one) => one.reports())
  const deadLetters = createDeadLetters(
    createKafkaClient({
      clientId: 'dead-letters',
      brokers: kafkaBrokers,
      login: config.kafkaLogin,
      record,
    }),
  )
  stops.add('dead letters', deadLetters.close)
  routes.push(
    createMappingsRoute({ kafkaBrokers, redisUrl: servers.redisUrl, reports, entries: deps.entries }),
    createDeadLettersRoute(deadLetters),
    createSkipRoute({
      mappings: () => mappings().flatMap(({ skippable }) => skippable),
      keepSkipped: deadLetters.keepSkipped,
    }),
    createMetricsRoute({ listen: deps.listen, reports }),
  )

  let { smtpUrl } = config
  if (smtpUrl === undefined) {
    const port = await mailCatcher.listen(SMTP_PORT + config.portOffset, config.host)
    stops.add('mail catcher', mailCatcher.stop)
    smtpUrl = `smtp://127.0.0.1:${port}`
  }
  const provided = new Map([
    ['KAFKA_BROKERS', servers.kafkaBrokers.join(',')],
    ['REDIS_URL', servers.redisUrl],
    ['SMTP_URL', smtpUrl],
  ])
  signal.throwIfAborted()
  const keptChanges = await readKeptChanges({
    path: resolve(projectDirectory, config.dataDirectory, 'lambda-api.json'),
    now: () => Date.now(),
    print,
  })
  const project = await startProject({
    ...deps,
    manifest,
    built,
    kafkaBrokers,
    variablesOf: createFunctionEnvironment({ projectDirectory, ownVariables: deps.ownVariables, provided }),
    ensureTopics: createTopics,
    health,
    lambdaApi,
    apiFunctions,
    keptChanges,
  })
  running = project.functions.all
  await project.startTriggers()
  startCheck = { ok: true }
  project.followSettings()
  const elapsedMs = performance.now() - startedAt
  const { portOffset } = config
  return readyScreen({ manifest, portOffset, servers: servers.description, smtpUrl, adminPort, elapsedMs })
}
