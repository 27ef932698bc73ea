import Hummingbird
import NIOCore
import SweepAPI
import SweepModel

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A request's surroundings: Hummingbird's own, and the connection that it came over.
struct APIRequestContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    private let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
    }

    /// Who is at the other end of the Unix socket, as the kernel says (SO_PEERCRED); uid -1 where it does not know.
    func caller() async throws -> Caller {
        guard let options = channel as? any SocketOptionProvider else { return Caller(uid: -1, pid: 0) }
        let peer: PeerCredentials = try await options.unsafeGetSocketOption(
            level: .socket, name: .init(rawValue: SO_PEERCRED)
        ).get()
        // A socket that is not a Unix socket answers with the highest uid, which no user has.
        return Caller(uid: peer.uid == .max ? -1 : Int(peer.uid), pid: Int(peer.pid))
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

/// `struct ucred`, which the C library shows only to GNU sources.
private struct PeerCredentials {
    var pid: pid_t
    var uid: uid_t
    var gid: gid_t
}
