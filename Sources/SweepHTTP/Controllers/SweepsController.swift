import Hummingbird
import SweepAPI
import SweepModel

/// `/v1/sweeps` and `/v1/plan`.
struct SweepsController<Service: SweepService>: Sendable {
    let service: Service

    func add(to routes: RouterGroup<APIRequestContext>) {
        routes.get("sweeps", use: list)
        routes.post("sweeps", use: submit)
        routes.post("plan") { request, _ in
            try Response.json(try await service.plan(try await request.json(SubmitRequest.self)))
        }
        routes.get("sweeps/{id}") { _, context in
            try Response.json(try await service.sweep(try context.id("sweep")))
        }
        routes.get("sweeps/{id}/trials", use: trials)
        routes.get("sweeps/{id}/best") { request, context in
            let (id, query) = (try context.id("sweep"), try request.query("top"))
            let top = try query.integer("top", in: 1...RequestLimits.page)
            return try Response.json(try await service.best(id, top: top ?? 1))
        }
        routes.get("sweeps/{id}/audit") { _, context in
            try Response.json(try await service.audit(try context.id("sweep")))
        }
        routes.post("sweeps/{id}/retry") { request, context in
            let (id, body) = (try context.id("sweep"), try await request.json(RetryRequest.self))
            return try Response.json(try await service.retry(id, body, caller: try await context.caller()))
        }
        routes.post("sweeps/{id}/confirm") { request, context in
            let (id, body) = (try context.id("sweep"), try await request.json(ConfirmRequest.self))
            let reply = try await service.confirm(id, body, caller: try await context.caller())
            return try Response.json(reply, status: reply.replayed ? .ok : .created)
        }
        for verb in SweepVerb.allCases {
            routes.post("sweeps/{id}/\(verb.rawValue)") { request, context in
                let (id, body) = (try context.id("sweep"), try await request.json(VerbRequest.self))
                return try Response.json(
                    try await service.perform(verb, on: id, body, caller: try await context.caller()))
            }
        }
    }

    @Sendable private func list(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        let query = try request.query("before", "limit")
        let limit = try query.integer("limit", in: 1...RequestLimits.page)
        return try .json(try await service.status(before: try query.id("before"), limit: limit ?? 50))
    }

    @Sendable private func submit(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        let body = try await request.json(SubmitRequest.self)
        let reply = try await service.submit(body, caller: try await context.caller())
        return try .json(reply, status: reply.replayed ? .ok : .created)
    }

    @Sendable private func trials(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        let (id, query) = (try context.id("sweep"), try request.query("state", "sort", "limit", "offset"))
        let wanted = TrialQuery(
            sweep: id, states: Set(try query.words("state", TrialState.self)),
            order: try query.word("sort", SortKey.self)?.order ?? .index,
            limit: try query.integer("limit", in: 1...RequestLimits.page) ?? RequestLimits.page,
            offset: try query.integer("offset", in: 0...Int(Int32.max)) ?? 0)
        return try .json(try await service.trials(wanted))
    }
}

private enum SortKey: String, CaseIterable {
    case index
    case valAccuracy = "val_accuracy"
    case valLoss = "val_loss"
    case rank

    var order: TrialQuery.Order {
        switch self {
        case .index: .index
        // The service puts the sweep's own metric here.
        case .rank: .ranking(.valAccuracy)
        case .valAccuracy: .metric(.valAccuracy)
        case .valLoss: .metric(.valLoss)
        }
    }
}
