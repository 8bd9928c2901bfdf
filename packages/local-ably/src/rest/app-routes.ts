import { describeApp, parseAppRequest } from '../apps/app-spec.ts'
import type { Apps } from '../apps/apps.ts'
import { authenticate } from '../auth/authenticate.ts'
import { appIdIn } from '../auth/credentials.ts'
import { AblyError } from '../protocol/ably-error.ts'
import { committed } from '../store/committed.ts'
import { credentialsOf, requireEverything, type RestRequest } from './request.ts'
import type { RestResponse } from './respond.ts'

/**
 * POST /apps creates an application (P97) and needs a key that may do everything. DELETE /apps/ID removes it and needs a key of that application.
 */
export async function appRoutes(apps: Apps, request: RestRequest): Promise<RestResponse | undefined> {
  const [, appId] = request.path
  if (request.method === 'POST' && appId === undefined) {
    if (!apps.main.options.openApps) await requireEverything(apps, request)
    const spec = apps.create(parseAppRequest(await request.body()))
    await committed(apps.store).catch((error: unknown) => {
      apps.remove(spec.appId)
      throw error
    })
    return { status: 201, body: describeApp(spec) }
  }
  if (request.method !== 'DELETE' || appId === undefined) return undefined
  const credentials = credentialsOf(request)
  const { kind } = await authenticate(apps.of(credentials), credentials)
  if (kind !== 'key' || appIdIn(credentials) !== appId) {
    throw new AblyError(40160, 401, `unable to remove the application "${appId}"; use one of its own keys`)
  }
  if (!apps.remove(appId)) throw new AblyError(40400, 404, `unable to remove the application "${appId}"; it was not made here`)
  return { status: 204, body: undefined }
}
