use proptest::prelude::*;

use super::*;

/// The check value that catalogues give for CRC-16/ARC.
#[test]
fn the_check_sum_is_the_one_that_catalogues_call_arc() {
    assert_eq!(crc(b"123456789"), 0xBB3D);
}

#[test]
fn what_would_look_like_a_mark_is_escaped() {
    let packet = Packet { to: 0x5AA5, from: 0x5BA6, data: Vec::new() };
    let line = packet.encode();
    assert_eq!(line[..16], [0xA5, 0xA5, 0xA5, 0xA5, 0xA5, 0xA5, 0xA5, 0xA5, 0xA6, 2, 0x5B, 2, 0xA6, 1, 0x5B, 1]);
    assert_eq!(Decoder::default().push(&line), [Ok(packet)]);
}

#[test]
fn what_is_broken_is_named_and_the_next_packet_is_read() {
    let good = Packet { to: 0x8000, from: 1, data: vec![0xA0, 0, 0, 0, 0] };
    let mut flipped = good.encode();
    flipped[9] ^= 1;
    let mut longer = Packet { data: vec![0; 3], ..good.clone() }.encode();
    longer.splice(22..22, [0]);
    let cases: [(&[u8], PacketError); 6] = [
        (&[0xA5, 0x5A], PacketError::Short),
        (&[0xA5, 0xA6, 3, 0x5A], PacketError::Escape),
        (&[0xA5, 0x5B, 0x5A], PacketError::Escape),
        (&[0xA5, 1, 2, 3, 0x5A], PacketError::Short),
        (&flipped, PacketError::Crc),
        (&longer, PacketError::Crc),
    ];
    for (bytes, error) in cases {
        let mut decoder = Decoder::default();
        assert_eq!(decoder.push(bytes), [Err(error)], "{bytes:x?}");
        assert_eq!(decoder.push(&good.encode()), [Ok(good.clone())], "after {bytes:x?}");
    }
}

#[test]
fn a_packet_that_lies_about_its_length_or_has_no_end_is_refused() {
    let mut plain = vec![1, 0, 0, 0x80, 0, 0, 0, 0, 0, 0, 0xFE, 2, 9, 0, 0xA0];
    plain.extend(crc(&plain).to_le_bytes());
    let mut line = vec![0xA5];
    plain.into_iter().for_each(|byte| escape(byte, &mut line));
    line.push(0x5A);
    assert_eq!(Decoder::default().push(&line), [Err(PacketError::Length)]);
    let mut decoder = Decoder::default();
    assert_eq!(decoder.push(&vec![0; 10_000]), []);
    assert_eq!(decoder.push(&[0xA5]), []);
    assert_eq!(decoder.push(&vec![0; 1_000_000]), []);
    assert!(decoder.within.as_ref().is_some_and(|within| within.plain.len() == PACKET_BYTES_MAX), "memory is bounded");
    assert_eq!(decoder.push(&[0x5A]), [Err(PacketError::Long)]);
}

proptest! {
    #[test]
    fn what_was_encoded_is_decoded_from_any_pieces_with_noise_between(
        to: u16,
        from: u16,
        data in prop::collection::vec(prop_oneof![any::<u8>(), prop::sample::select(vec![0xA5, 0xA6, 0x5A, 0x5B])], 0..300),
        noise in prop::collection::vec(any::<u8>().prop_filter("a mark", |byte| *byte != 0xA5 && *byte != 0x5A), 0..20),
        piece in 1_usize..40,
    ) {
        let packet = Packet { to, from, data };
        let line = packet.encode();
        prop_assert_eq!(line.iter().filter(|byte| **byte == 0xA5).count(), 8);
        prop_assert_eq!(line.iter().filter(|byte| **byte == 0x5A).count(), 1);
        let mut decoder = Decoder::default();
        let all = [noise.clone(), line, noise].concat();
        let found: Vec<_> = all.chunks(piece).flat_map(|piece| decoder.push(piece)).collect();
        prop_assert_eq!(found, [Ok(packet)]);
    }

    #[test]
    fn any_bytes_are_read_without_harm(bytes in prop::collection::vec(any::<u8>(), 0..500)) {
        for packet in Decoder::default().push(&bytes).into_iter().flatten() {
            prop_assert!(packet.data.len() <= PACKET_BYTES_MAX);
        }
    }
}
