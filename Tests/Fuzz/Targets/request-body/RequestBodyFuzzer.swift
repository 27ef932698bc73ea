import Dispatch
import FuzzKit
import HTTPTypes
import Hummingbird
import NIOCore
import SweepAPI
import Synchronization

@testable import SweepHTTP

/// A request's body as one of the four kinds, by the first byte. Whatever it is, the client is told what is wrong with
/// it, never that the daemon has failed; and what is accepted reads back as the same request.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzRequestBody(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = FuzzBytes(data, count)
    switch input.byte() % 4 {
    case 0: check(SubmitRequest.self, input.bytes)
    case 1: check(VerbRequest.self, input.bytes)
    case 2: check(RetryRequest.self, input.bytes)
    default: check(PromoteRequest.self, input.bytes)
    }
    return 0
}

private func check<Value: DescribedBody & Encodable & Equatable & Sendable>(_ type: Value.Type, _ bytes: [UInt8]) {
    switch read(type, bytes) {
    case .success(let value):
        do {
            let again = read(type, Array(try WireCoder.encode(value)))
            guard case .success(let other) = again, other == value else {
                fatalError("\(value) reads back as \(again)")
            }
        } catch {
            fatalError("\(value) cannot be written: \(error)")
        }
    case .failure(let problem):
        expect(problem.code == .invalidRequest, "a body is answered with \(problem)")
        do {
            let response = try Response(problem)
            expect(response.status.kind == .clientError, "a body is answered with \(response.status)")
        } catch {
            fatalError("\(problem) cannot be written: \(error)")
        }
    }
}

/// What a route does with the body.
private func read<Value: DescribedBody & Sendable>(_ type: Value.Type, _ bytes: [UInt8]) -> Result<Value, Problem> {
    let head = HTTPRequest(
        method: .post, scheme: nil, authority: nil, path: "/v1/sweeps",
        headerFields: [.contentType: WireCoder.mediaType])
    let request = Request(head: head, body: RequestBody(buffer: ByteBuffer(bytes: bytes)))
    let result = Answer<Value>()
    let done = DispatchSemaphore(value: 0)
    Task.detached {
        do { result.set(.success(try await request.json(type))) } catch { result.set(.failure(Problem(error))) }
        done.signal()
    }
    done.wait()
    return result.value
}

/// Carries a result from the task to the thread that waits for it.
private final class Answer<Value: Sendable>: Sendable {
    private let state = Mutex<Result<Value, Problem>>(.failure(Problem(.internal, "no answer")))

    var value: Result<Value, Problem> { state.withLock { $0 } }

    func set(_ value: Result<Value, Problem>) { state.withLock { $0 = value } }
}
