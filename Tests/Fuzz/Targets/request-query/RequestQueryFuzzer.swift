import FuzzKit
import HTTPTypes
import Hummingbird
import SweepAPI

@testable import SweepHTTP

/// Any text as a request's path and query, read with every reader there is.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzRequestQuery(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let path = String(decoding: FuzzBytes(data, count).rest, as: UTF8.self)
    let request = Request(
        head: HTTPRequest(method: .get, scheme: nil, authority: nil, path: path), body: RequestBody(buffer: .init()))
    guard let query = attempt({ try Query(request, ["sweep", "after", "limit", "state", "format"] + PlotQuery.names) })
    else { return 0 }
    if let limit = attempt({ try query.integer("limit", in: 1...RequestLimits.page) }) ?? nil {
        expect(1...RequestLimits.page ~= limit, "limit \(limit)")
    }
    if let width = attempt({ try query.integer("width", in: PlotQuery.widths) }) ?? nil {
        expect(PlotQuery.widths ~= width, "width \(width)")
    }
    for name in ["sweep", "after"] {
        if let id = attempt({ try query.id(name) }) ?? nil { expect(id > 0, "\(name) \(id)") }
    }
    if let id = attempt({ try query.identifier("id") }) ?? nil {
        expect(1...40 ~= id.utf8.count && id.utf8.allSatisfy { $0 < 128 && $0 > 32 }, "identifier \(id)")
    }
    for name in ["embedded", "ascii"] { _ = attempt { try query.flag(name) } }
    _ = attempt { try query.word("format", PlotQuery.Format.self) }
    _ = attempt { try query.word("theme", PlotQuery.Theme.self) }
    _ = attempt { try query.words("colors", PlotQuery.Colors.self) }
    return 0
}

/// Nil for what is refused, which must be a problem that a client can mend.
private func attempt<Value>(_ read: () throws -> Value) -> Value? {
    do { return try read() } catch {
        let problem = Problem(error)
        expect(problem.code == .invalidRequest, "a query is answered with \(problem)")
        return nil
    }
}
