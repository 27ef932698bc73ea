import FuzzKit
import HTTPTypes
import SweepAPI

@testable import SweepHTTP

private let secret = "0123456789abcdef0123456789abcdef"

private let gate: RequestGate = {
    guard let token = BearerToken(secret) else { fatalError("the token is refused") }
    return RequestGate(hosts: HostNames("box.example"), token: token)
}()

/// The name that a request is sent to in the first line, then header fields. What passes the gate of TCP has shown the
/// token once, has named this box, and comes from no other page.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzRequestGate(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let text = String(decoding: FuzzBytes(data, count).rest, as: UTF8.self)
    let lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map { String($0) }
    var fields = HTTPFields()
    for line in lines.dropFirst() {
        guard let colon = line.firstIndex(of: ":"), let name = HTTPField.Name(String(line[..<colon])) else { continue }
        fields.append(HTTPField(name: name, value: String(line[line.index(after: colon)...])))
    }
    let authority = lines.first.flatMap { $0.isEmpty ? nil : $0 }
    let request = HTTPRequest(method: .get, scheme: nil, authority: authority, path: "/", headerFields: fields)
    if gate.refusal(of: request) == nil { check(request) }
    _ = RequestGate.unix.refusal(of: request)
    return 0
}

private func check(_ request: HTTPRequest) {
    let shown = request.headerFields[values: .authorization]
    let words = shown.first?.split(separator: " ") ?? []
    let isShown = shown.count == 1 && words.count == 2 && words[0].lowercased() == "bearer" && words[1] == secret
    expect(isShown, "\(shown) passes")
    let authority = request.authority ?? ""
    let port = authority.lastIndex(of: ":").map { authority[$0...].dropFirst() } ?? ""
    let isAddress = authority.utf8.allSatisfy { "0123456789abcdefABCDEF.:[]%".utf8.contains($0) }
    let host = authority.split(separator: ":").first?.lowercased()
    expect(isAddress || port.utf8.allSatisfy { (48...57).contains($0) }, "the port of \(authority) passes")
    expect(isAddress || host == "box.example" || host == "localhost", "the host \(authority) passes")
    for origin in request.headerFields[values: .origin] {
        expect(origin.lowercased().hasSuffix("://" + authority.lowercased()), "\(origin) passes at \(authority)")
    }
    let sites = request.headerFields[values: .fetchSite]
    expect(sites.allSatisfy { $0 == "same-origin" || $0 == "none" }, "the sites \(sites) pass")
}
