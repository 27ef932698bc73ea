import Hummingbird
import NIOCore
import SweepAPI
import SweepModel

/// A request's surroundings: Hummingbird's own, and the connection that it came over.
struct APIRequestContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// Who may change everything, among callers over a Unix socket.
    var administrators: Administrators?
    /// The request has shown the token.
    var hasToken = false
    private let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
    }

    /// Who is at the other end of the Unix socket, as the kernel says; uid -1 where it does not know. Over TCP the
    /// token stands for an administrator, whose uid nobody knows.
    func caller() async throws -> Caller {
        if hasToken { return Caller(uid: -1, pid: 0, isAdministrator: true) }
        guard let peer = try await Peer.of(channel) else { return Caller(uid: -1, pid: 0) }
        return Caller(
            uid: Int(peer.uid), pid: Int(peer.pid), isAdministrator: administrators?.include(peer) ?? false)
    }

    /// The number in the path.
    func id(_ noun: String) throws -> Int64 {
        let text = parameters.get("id") ?? ""
        guard let id = Int64(text), id > 0, String(id) == text else {
            throw Problem(.notFound, "\"\(text.prefix(40))\" is no \(noun)'s number; numbers start at 1")
        }
        return id
    }

    /// One of a closed set of words in the path.
    func word<Word: RawRepresentable<String> & CaseIterable>(_ name: String, _ type: Word.Type) throws -> Word {
        let text = parameters.get(name) ?? ""
        guard let word = Word(rawValue: text) else {
            throw Problem(.notFound, Spelling.unknown(name, text, known: Word.allCases.map(\.rawValue)))
        }
        return word
    }

    /// A data set's name in the path: no part of it can lead out of the data folder.
    func datasetName() throws -> String {
        let text = parameters.get("name") ?? ""
        let isName =
            text.first != "."
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
        guard isName, !text.isEmpty else {
            throw Problem(
                .notFound,
                "\"\(text.prefix(40))\" is no data set's name; \(APIPath.datasets) lists those that are there")
        }
        return text
    }
}
