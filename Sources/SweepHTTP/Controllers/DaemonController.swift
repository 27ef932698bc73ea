import HTTPTypes
import Hummingbird
import NIOCore
import SweepAPI

/// `/v1/health`, `/v1/check`, `/v1/doctor`, `/v1/backup`, `/v1/prune`, `/v1/datasets`, `/v1/metrics`, `/v1/openapi.json`.
struct DaemonController<Service: SweepService>: Sendable {
    let service: Service
    let metrics: PrometheusMetrics

    func add(to routes: RouterGroup<APIRequestContext>) {
        routes.get("health") { _, _ in try Response.json(await service.daemon()) }
        routes.post("check") { _, _ in try Response.json(try await service.check()) }
        routes.get("doctor") { _, _ in try Response.json(try await service.doctor()) }
        routes.get("backup") { _, context in
            let copy = try await service.backup(caller: try await context.caller())
            let body = try FileBody.removing(copy.path)
            var headers: HTTPFields = [.contentType: "application/vnd.sqlite3"]
            if let name = HTTPField.Name(BackupContents.header) {
                headers[name] = String(decoding: try WireCoder.encode(copy.contents), as: UTF8.self)
            }
            return Response(status: .ok, headers: headers, body: body)
        }
        routes.post("prune") { request, context in
            let body = try await request.json(PruneRequest.self)
            return try Response.json(try await service.prune(body, caller: try await context.caller()))
        }
        routes.get("datasets") { _, _ in try Response.json(try await service.datasets()) }
        routes.post("datasets/{name}/check") { _, context in
            try Response.json(try await service.check(dataset: try context.datasetName()))
        }
        routes.get("metrics") { _, _ in
            let text = metrics.text(try await SweepGauges(service: service).samples())
            return Response(
                status: .ok, headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
                body: .init(byteBuffer: ByteBuffer(string: text)))
        }
        routes.get("openapi.json") { _, _ in
            Response(
                status: .ok, headers: [.contentType: WireCoder.mediaType],
                body: .init(byteBuffer: ByteBuffer(bytes: PackageResources.openapi_json)))
        }
    }
}
