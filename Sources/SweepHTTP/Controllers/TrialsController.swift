import Hummingbird
import SweepAPI
import SweepModel

/// `/v1/trials` and `/v1/promotions`.
struct TrialsController<Service: SweepService>: Sendable {
    let service: Service

    func add(to routes: RouterGroup<APIRequestContext>) {
        routes.get("trials/{id}") { _, context in
            try Response.json(try await service.trial(try context.id("trial")))
        }
        // These train: for nobody, when the caller has hung up.
        routes.post("trials/{id}/verify") { request, context in
            let id = try context.id("trial")
            return try Response.json(
                try await request.body.consumeWithCancellationOnInboundClose { _ in try await service.verify(trial: id)
                })
        }
        routes.post("trials/{id}/keep") { request, context in
            let (id, caller) = (try context.id("trial"), try await context.caller())
            return try Response.json(
                try await request.body.consumeWithCancellationOnInboundClose { _ in
                    try await service.keep(trial: id, caller: caller)
                })
        }
        routes.post("trials/{id}/resume") { _, context in
            let id = try context.id("trial")
            return try Response.json(try await service.resume(trial: id, caller: try await context.caller()))
        }
        routes.post("promotions") { request, context in
            let body = try await request.json(PromoteRequest.self)
            let reply = try await service.promote(body, caller: try await context.caller())
            return try Response.json(reply, status: reply.measuredNow ? .created : .ok)
        }
        routes.get("promotions") { request, _ in
            try Response.json(try await service.promotions(sweep: try request.query("sweep").id("sweep")))
        }
    }
}
